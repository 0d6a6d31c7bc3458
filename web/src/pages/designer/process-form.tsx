import {
  Button,
  Checkbox,
  CloseButton,
  Fieldset,
  Group,
  NativeSelect,
  Stack,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import type { ProcessDocument, ProcessKind } from '../../api/types.ts';
import { useText } from '../../text/index.tsx';
import type { ProcessEdit } from './process-edit.ts';

/** Of a process that was never saved: what it will belong to. */
export interface Home {
  readonly kind: ProcessKind;
  readonly owner: string;
}

interface ProcessFormProperties {
  readonly document: ProcessDocument;
  readonly onEdit: (...edits: readonly ProcessEdit[]) => void;
  readonly home: Home | null;
  readonly onHome: (home: Home) => void;
}

const kinds = ['generic', 'component', 'template'] as const;

/** What can be said of the process itself: its name, what it is for, and what is asked when it is requested. */
export function ProcessForm({ document, onEdit, home, onHome }: ProcessFormProperties) {
  const { say } = useText();
  const set = (field: string, value: unknown): void => onEdit({ kind: 'process', field, value });
  return (
    <Stack gap="sm" component="section" aria-label={say('designer.processForm')}>
      <Title order={2} size="h4">
        {say('designer.processForm')}
      </Title>
      <TextInput
        label={say('designer.processName')}
        withAsterisk
        value={document.name}
        onChange={(event) => set('name', event.currentTarget.value)}
        {...(document.name.trim() === '' ? { error: say('designer.required') } : {})}
      />
      {home && (
        <NativeSelect
          label={say('processes.kind')}
          value={home.kind}
          onChange={(event) => onHome({ ...home, kind: event.currentTarget.value as ProcessKind })}
          data={kinds.map((kind) => ({ value: kind, label: say(`processes.kind.${kind}`) }))}
        />
      )}
      {home && home.kind !== 'generic' && (
        <TextInput
          label={say('designer.owner')}
          withAsterisk
          value={home.owner}
          onChange={(event) => onHome({ ...home, owner: event.currentTarget.value })}
          {...(home.owner.trim() === '' ? { error: say('designer.required') } : {})}
        />
      )}
      <Textarea
        label={say('designer.description')}
        value={document.description ?? ''}
        autosize
        minRows={2}
        onChange={(event) => set('description', event.currentTarget.value)}
      />
      <AskedValues asked={document['propDefs']} onChange={(next) => set('propDefs', next)} />
    </Stack>
  );
}

type Asked = Readonly<Record<string, unknown>>;
const askedTypes = ['TEXT', 'TEXTAREA', 'SECURE', 'SELECT', 'MULTI_SELECT', 'CHECKBOX'] as const;

function AskedValues({
  asked,
  onChange,
}: {
  readonly asked: unknown;
  readonly onChange: (asked: readonly Asked[]) => void;
}) {
  const { say } = useText();
  const rows = (Array.isArray(asked) ? asked : []) as readonly Asked[];
  const change = (index: number, field: string, value: unknown): void =>
    onChange(rows.with(index, { ...rows[index], [field]: value }));
  return (
    <Fieldset legend={say('designer.asked')}>
      <Stack gap="xs">
        {rows.map((row, index) => {
          const name = String(row['name'] ?? '');
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the name is what is being typed
            <Group key={index} gap={4} align="end">
              <TextInput
                size="xs"
                label={say('designer.askedName')}
                value={name}
                flex="1 1 100px"
                onChange={(event) => change(index, 'name', event.currentTarget.value)}
              />
              <NativeSelect
                size="xs"
                aria-label={say('designer.askedType', { name })}
                flex="1 1 90px"
                value={String(row['type'] ?? 'TEXT')}
                data={askedTypes.map((type) => ({ value: type, label: say(`designer.askedType.${type}`) }))}
                onChange={(event) => change(index, 'type', event.currentTarget.value)}
              />
              <Checkbox
                size="xs"
                pb={6}
                label={say('designer.askedRequired')}
                checked={row['required'] === true}
                onChange={(event) => change(index, 'required', event.currentTarget.checked)}
              />
              <CloseButton
                aria-label={say('designer.askedRemove', { name })}
                onClick={() => onChange(rows.toSpliced(index, 1))}
              />
            </Group>
          );
        })}
        <Button
          variant="default"
          size="compact-sm"
          onClick={() =>
            onChange([
              ...rows,
              {
                name: `property${rows.length + 1}`,
                label: '',
                type: 'TEXT',
                required: false,
                value: '',
                description: '',
              },
            ])
          }
        >
          {say('designer.askedAdd')}
        </Button>
      </Stack>
    </Fieldset>
  );
}
