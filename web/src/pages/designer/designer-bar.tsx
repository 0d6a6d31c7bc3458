import { Button, Group, Text, TextInput, Title } from '@mantine/core';
import { LinkButton } from '../../parts/link-button.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import classes from './designer.module.css';
import { redo, undo } from './editing.ts';
import type { Designing } from './use-designer.ts';
import { isSavedHere } from './use-save.ts';

interface BarProperties {
  readonly designing: Designing;
  readonly maySave: boolean;
  readonly saveNow: () => void;
}

/** What is edited, how it stands, and what can be done with it as a whole. */
export function DesignerBar({ designing, maySave, saveNow }: BarProperties) {
  const { say } = useText();
  const { may } = useSession();
  const { stored, document, editing, step, tidy, why, setWhy, save } = designing;
  return (
    <div className={classes['bar']}>
      <Title order={1}>{stored ? say('designer.edit', { name: document.name }) : say('processes.new')}</Title>
      <Text size="sm" role="status" c="dimmed">
        <State designing={designing} />
      </Text>
      <Group gap="xs" ml="auto">
        <Button variant="default" disabled={editing.done.length === 0} onClick={() => step(undo)}>
          {say('designer.undo')}
        </Button>
        <Button variant="default" disabled={editing.undone.length === 0} onClick={() => step(redo)}>
          {say('designer.redo')}
        </Button>
        <Button variant="default" onClick={() => void tidy()}>
          {say('designer.tidy')}
        </Button>
        {stored && (
          <LinkButton size="xs" to={`/processes/${stored.process.id}`}>
            {say('designer.close')}
          </LinkButton>
        )}
        {may('process-edit') && (
          <TextInput
            aria-label={say('designer.why')}
            placeholder={say('designer.why')}
            maxLength={1000}
            value={why}
            onChange={(event) => setWhy(event.currentTarget.value)}
          />
        )}
        <Button loading={save.isPending} disabled={!maySave} onClick={saveNow}>
          {say('designer.save')}
        </Button>
      </Group>
    </div>
  );
}

function State({ designing: { stored, editing, changed } }: { readonly designing: Designing }) {
  const { say } = useText();
  if (changed) return say('designer.unsaved');
  const { base } = editing;
  if (base === null) return say('designer.notSavedYet');
  return say(isSavedHere(stored?.process.id, base) ? 'designer.savedAs' : 'designer.isVersion', { version: base });
}
