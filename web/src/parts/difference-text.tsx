import { useText } from '../text/index.tsx';
import classes from './difference-text.module.css';

/** A unified difference, its lines coloured by their first sign. */
export function DifferenceText({ text }: { readonly text: string }) {
  const { say } = useText();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className={classes['text']} tabIndex={0} aria-label={say('process.view.text')}>
      {text.split('\n').map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name of their own
        <div key={index} className={classes['line']} data-sign={/^(\+\+\+|---) /.test(line) ? '@' : line[0]}>
          {line === '' ? ' ' : line}
        </div>
      ))}
    </section>
  );
}
