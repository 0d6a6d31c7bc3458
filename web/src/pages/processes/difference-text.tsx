import { Code } from '@mantine/core';
import { useText } from '../../text/index.tsx';
import classes from './difference-text.module.css';

/** A unified difference, its lines coloured by their first sign. */
export function DifferenceText({ text }: { readonly text: string }) {
  const { say } = useText();
  return (
    <Code block mah={520} style={{ overflow: 'auto' }} tabIndex={0} aria-label={say('process.view.text')}>
      {text.split('\n').map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name of their own
        <div key={index} className={classes['line']} data-sign={line[0]}>
          {line === '' ? ' ' : line}
        </div>
      ))}
    </Code>
  );
}
