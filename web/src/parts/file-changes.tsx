import type { FileChange } from '../api/types.ts';
import { useText } from '../text/index.tsx';
import { Chip } from './chip.tsx';
import { DifferenceText } from './difference-text.tsx';
import classes from './file-changes.module.css';

const tones = { added: 'well', removed: 'bad', changed: 'new' } as const;

interface FileChangesProperties {
  readonly files: readonly FileChange[];
  /** Shows the lines from the start. */
  readonly open?: boolean;
}

/** Files that differ between two versions, each with its lines when it is opened. */
export function FileChanges({ files, open = false }: FileChangesProperties) {
  const { say } = useText();
  if (files.length === 0) return <p className={classes['none']}>{say('plugins.noFiles')}</p>;
  return (
    <ul className={classes['files']}>
      {files.map(({ path, change, diff }) => {
        const { added, removed } = countLines(diff);
        return (
          <li key={path}>
            <details open={open}>
              <summary>
                <code>{path}</code>
                <Chip tone={tones[change]}>
                  {say(`change.${change}`)}
                  {diff !== null && ` +${added} −${removed}`}
                </Chip>
              </summary>
              {diff === null ? (
                <p className={classes['none']}>{say('plugins.noDiff')}</p>
              ) : (
                <DifferenceText text={diff} />
              )}
            </details>
          </li>
        );
      })}
    </ul>
  );
}

function countLines(diff: string | null): { readonly added: number; readonly removed: number } {
  const lines = (diff ?? '').split('\n').filter((line) => !/^(\+\+\+|---) /.test(line));
  const beginning = (sign: string): number => lines.filter((line) => line.startsWith(sign)).length;
  return { added: beginning('+'), removed: beginning('-') };
}
