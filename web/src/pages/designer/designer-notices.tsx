import { Text } from '@mantine/core';
import { ApiError } from '../../api/client.ts';
import { Failure } from '../../parts/failure.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { ConflictPanel } from './conflict-panel.tsx';
import classes from './designer.module.css';
import { startEditing, takeOver } from './editing.ts';
import { Problems } from './problems.tsx';
import type { ProcessEdit } from './process-edit.ts';
import type { Designing } from './use-designer.ts';

/** What must be known before one goes on: refusals, what others saved meanwhile, problems. */
export function DesignerNotices({ designing }: { readonly designing: Designing }) {
  const { say } = useText();
  const { may } = useSession();
  const { stored, document, editing, setEditing, setSelected, save, changed, newer, lost, setLost } = designing;
  return (
    <div className={classes['said']}>
      {!may('process-edit') && <Text size="sm">{say('designer.mayNotSave')}</Text>}
      {save.error && !isConflict(save.error) && <Failure error={save.error} />}
      {stored && newer && changed && (
        <ConflictPanel
          editing={editing}
          theirs={stored}
          onMerge={() => {
            const merged = takeOver(editing, stored.document, stored.process.version);
            setEditing(merged.editing);
            setLost(merged.lost);
            save.reset();
          }}
          onTheirs={() => {
            setEditing(startEditing(stored.document, stored.process.version));
            setSelected(null);
            save.reset();
          }}
        />
      )}
      {lost.length > 0 && (
        <Text size="sm" c="red" role="alert">
          {say('designer.lost', { count: lost.length, what: lost.map(nameOfEdit).join(', ') })}
        </Text>
      )}
      <Problems document={document} />
    </div>
  );
}

function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'process-edited';
}

function nameOfEdit(one: ProcessEdit): string {
  if (one.kind === 'add') return one.activity.name;
  if (one.kind === 'connect' || one.kind === 'disconnect' || one.kind === 'edge') return `→ ${one.edge.to}`;
  if (one.kind === 'process') return one.field;
  const address = one.kind === 'move' ? one.moves[0]?.address : one.kind === 'start' ? one.level : one.address;
  return (address ?? []).map((segment) => (typeof segment === 'string' ? segment : segment[0])).join(' / ');
}
