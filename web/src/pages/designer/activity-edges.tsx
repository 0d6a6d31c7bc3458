import { Button, CloseButton, Fieldset, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { memo, useState } from 'react';
import type { ProcessActivity, ProcessDocument, ProcessEdge } from '../../api/types.ts';
import { activityTitle } from '../../graph/activity-title.ts';
import { type Address, activityAt, edgeTypeOf, edgeTypes, levelOf } from '../../graph/address.ts';
import { useText } from '../../text/index.tsx';
import { leadingTo, type ProcessEdit } from './process-edit.ts';

interface ActivityEdgesProperties {
  readonly document: ProcessDocument;
  readonly address: Address;
  readonly activity: ProcessActivity;
  readonly onEdit: (...edits: readonly ProcessEdit[]) => void;
}

/** The edges of an activity, in words: everything that drawing them with the mouse can do. */
export function ActivityEdges({ document, address, activity, onEdit }: ActivityEdgesProperties) {
  const { say } = useText();
  const at = address.slice(0, -1);
  const level = levelOf(activityAt(document, at) ?? document.rootActivity);
  const edges = level.edges ?? [];
  const leaving = edges.filter(({ from }) => from === activity.name);
  const arriving = edges.filter(({ to }) => to === activity.name);
  // an edge to one of these would close a circle
  const before = leadingTo(edges, activity.name);
  const titleOf = (name: string): string => {
    const found = level.children?.find((child) => child.name === name);
    return found ? activityTitle(found, say) : name;
  };
  return (
    <Fieldset legend={say('designer.edges')}>
      <Stack gap="xs">
        {arriving.map((edge) => (
          <EdgeRow
            key={`in ${JSON.stringify(edge)}`}
            edge={edge}
            label={say('designer.edgeFrom', { name: edge.from ? titleOf(edge.from) : say('graph.start') })}
            level={at}
            onEdit={onEdit}
          />
        ))}
        {leaving.map((edge) => (
          <EdgeRow
            key={`out ${JSON.stringify(edge)}`}
            edge={edge}
            label={say('designer.edgeTo', { name: titleOf(edge.to) })}
            level={at}
            onEdit={onEdit}
          />
        ))}
        {!arriving.some(({ from }) => !from) && (
          <Button
            variant="default"
            size="compact-sm"
            onClick={() =>
              onEdit({ kind: 'connect', level: at, edge: { to: activity.name, type: 'ALWAYS', value: '' } })
            }
          >
            {say('designer.startHere')}
          </Button>
        )}
        {activity.type !== 'finish' && (
          <NewEdge
            from={activity}
            targets={(level.children ?? []).filter(({ name }) => !before.has(name))}
            onAdd={(edge) => onEdit({ kind: 'connect', level: at, edge })}
          />
        )}
      </Stack>
    </Fieldset>
  );
}

interface EdgeRowProperties {
  readonly edge: ProcessEdge;
  readonly label: string;
  readonly level: Address;
  readonly onEdit: (...edits: readonly ProcessEdit[]) => void;
}

export function EdgeRow({ edge, label, level, onEdit }: EdgeRowProperties) {
  const { say } = useText();
  const type = edgeTypeOf(edge);
  const [value, setValue] = useState(edge.value ?? '');
  const change = (next: ProcessEdge['type'], text: string): void =>
    onEdit({ kind: 'edge', level, edge, type: next, value: text });
  return (
    <Group gap={4} wrap="nowrap" align="end">
      <NativeSelect
        size="xs"
        label={label}
        value={type}
        flex={1}
        disabled={!edge.from}
        onChange={(event) => change(event.currentTarget.value as ProcessEdge['type'], edge.value ?? '')}
        data={edgeTypes.map((one) => ({ value: one, label: say(`edge.${one}`) }))}
      />
      {type === 'VALUE' && (
        <TextInput
          size="xs"
          w={100}
          aria-label={say('designer.edgeValue', { label })}
          placeholder={say('designer.otherwise')}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          onBlur={() => value !== (edge.value ?? '') && change(type, value)}
          onKeyDown={(event) => event.key === 'Enter' && change(type, value)}
        />
      )}
      <CloseButton
        aria-label={say('designer.disconnect', { label })}
        onClick={() => onEdit({ kind: 'disconnect', level, edge })}
      />
    </Group>
  );
}

interface NewEdgeProperties {
  readonly from: ProcessActivity;
  readonly targets: readonly ProcessActivity[];
  readonly onAdd: (edge: ProcessEdge) => void;
}

function NewEdge({ from, targets, onAdd }: NewEdgeProperties) {
  const { say } = useText();
  const [to, setTo] = useState('');
  const [type, setType] = useState<ProcessEdge['type']>(from.type === 'switch' ? 'VALUE' : 'SUCCESS');
  if (targets.length === 0) return <Text size="xs">{say('designer.noTargets')}</Text>;
  return (
    <Group gap={4} wrap="nowrap" align="end">
      <Targets
        value={to}
        choose={setTo}
        names={targets.map((target) => `${target.name}\0${activityTitle(target, say)}`)}
      />
      <NativeSelect
        size="xs"
        aria-label={say('designer.connectType')}
        value={type}
        w={110}
        onChange={(event) => setType(event.currentTarget.value as ProcessEdge['type'])}
        data={edgeTypes.map((one) => ({ value: one, label: say(`edge.${one}`) }))}
      />
      <Button
        size="xs"
        variant="default"
        disabled={to === ''}
        onClick={() => {
          onAdd({ from: from.name, to, type, value: '' });
          setTo('');
        }}
      >
        {say('designer.connect')}
      </Button>
    </Group>
  );
}

interface TargetsProperties {
  readonly value: string;
  readonly choose: (name: string) => void;
  /** Name and title of each, parted by NUL. */
  readonly names: readonly string[];
}

/** Hundreds of activities to choose from are listed again only when one of them has another name. */
const Targets = memo(
  ({ value, choose, names }: TargetsProperties) => {
    const { say } = useText();
    const options = names.map((one) => {
      const [name = '', label = name] = one.split('\0');
      return { value: name, label };
    });
    return (
      <NativeSelect
        size="xs"
        label={say('designer.connectTo')}
        value={value}
        flex={1}
        styles={{ label: { whiteSpace: 'nowrap' } }}
        onChange={(event) => choose(event.currentTarget.value)}
        data={[{ value: '', label: '–' }, ...options]}
      />
    );
  },
  (before, now) =>
    before.value === now.value &&
    before.choose === now.choose &&
    before.names.length === now.names.length &&
    before.names.every((name, index) => name === now.names[index]),
);
