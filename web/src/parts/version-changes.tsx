import type { PluginChanges } from '../api/types.ts';
import { useText } from '../text/index.tsx';
import { Chip } from './chip.tsx';
import { FileChanges } from './file-changes.tsx';
import classes from './version-changes.module.css';

/** What one version of a plugin changes against another: step types, devices, files. */
export function VersionChanges({ changes }: { readonly changes: PluginChanges }) {
  const { say } = useText();
  const { stepTypes, capabilitiesAdded, capabilitiesRemoved, files, from } = changes;
  const lines = [
    ...stepTypes.added.map((name) => ({ tone: 'well' as const, word: say('change.added'), name, what: [] })),
    ...stepTypes.removed.map((name) => ({ tone: 'bad' as const, word: say('change.removed'), name, what: [] })),
    ...stepTypes.changed.map(({ name, what }) => ({ tone: 'new' as const, word: say('change.changed'), name, what })),
    ...capabilitiesAdded.map((name) => ({ tone: 'well' as const, word: say('changes.deviceAdded'), name, what: [] })),
    ...capabilitiesRemoved.map((name) => ({
      tone: 'bad' as const,
      word: say('changes.deviceRemoved'),
      name,
      what: [],
    })),
  ];
  return (
    <div className={classes['changes']}>
      {from === null && <p className={classes['first']}>{say('changes.first')}</p>}
      {lines.length > 0 && (
        <ul className={classes['lines']} aria-label={say('changes.steps')}>
          {lines.map(({ tone, word, name, what }) => (
            <li key={`${word} ${name}`}>
              <span>
                <strong>{name}</strong> <Chip tone={tone}>{word}</Chip>
              </span>
              {what.map((one) => (
                <code key={one}>{one}</code>
              ))}
            </li>
          ))}
        </ul>
      )}
      {from !== null && <FileChanges files={files} />}
    </div>
  );
}
