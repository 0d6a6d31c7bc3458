import { Anchor, Badge, Card, CloseButton, Code, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import type { ProcessActivity, StepType } from '../../api/types.ts';
import { activityTitle, activityType } from '../../graph/activity-title.ts';
import { useText } from '../../text/index.tsx';

/** What an activity says: its step type, its values by their labels, and every other field. */
export function StepDetails({ activity, close }: { readonly activity: ProcessActivity; readonly close: () => void }) {
  const { say } = useText();
  const stepType = useStepType(activity);
  const plugin = String(activity['pluginId'] ?? activity['pluginName'] ?? '');
  const step = typeof activity['commandName'] === 'string' ? activity['commandName'] : null;
  const properties = (activity['properties'] ?? {}) as Readonly<Record<string, unknown>>;
  const labels = new Map(stepType?.properties.map(({ name, label }) => [name, label]));
  return (
    <Card
      withBorder
      component="aside"
      aria-label={say('step.details')}
      mah="62vh"
      style={{ overflow: 'auto' }}
      tabIndex={0}
    >
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap">
          <Title order={2} size="h4">
            {activityTitle(activity, say)}
          </Title>
          <CloseButton aria-label={say('step.close')} onClick={close} />
        </Group>
        <Text size="sm">{activityType(activity, say)}</Text>
        {step !== null && (
          <Group gap="xs">
            <Badge variant="light">
              {String(activity['pluginName'] ?? plugin)} {String(activity['pluginVersion'] ?? '')}
            </Badge>
            <Anchor
              size="sm"
              renderRoot={(rest) => <Link to="/processes" search={{ plugin, stepType: step } as never} {...rest} />}
            >
              {say('step.whereUsed')}
            </Anchor>
          </Group>
        )}
        {stepType?.description && <Text size="sm">{stepType.description}</Text>}
        {Object.keys(properties).length > 0 && (
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{say('plan.property')}</Table.Th>
                <Table.Th>{say('step.value')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {Object.entries(properties).map(([name, value]) => (
                <Table.Tr key={name}>
                  <Table.Td title={name}>{labels.get(name) || name}</Table.Td>
                  <Table.Td>
                    <ShownValue value={value} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        <OtherFields activity={activity} />
      </Stack>
    </Card>
  );
}

const shownElsewhere = ['name', 'type', 'children', 'edges', 'offsets', 'properties'];
const partsOfUse = ['pluginId', 'pluginName', 'pluginVersion', 'commandName'];

function OtherFields({ activity }: { readonly activity: ProcessActivity }) {
  const fields = Object.entries(activity).filter(
    ([name, value]) =>
      ![...shownElsewhere, ...partsOfUse].includes(name) && value !== null && value !== '' && value !== false,
  );
  return fields.map(([name, value]) => (
    <div key={name}>
      <Text size="xs" fw={600}>
        {name}
      </Text>
      <ShownValue value={value} />
    </div>
  ));
}

function ShownValue({ value }: { readonly value: unknown }) {
  const { say } = useText();
  if (typeof value === 'object' && value !== null && (value as { secret?: unknown }).secret === true)
    return <Text size="sm">{say('plan.secret')}</Text>;
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return text.includes('\n') ? (
    <Code block>{text}</Code>
  ) : (
    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
      {text}
    </Text>
  );
}

/** The step type as the use's own plugin version declares it; null where that version is not installed. */
export function useStepType(activity: ProcessActivity): StepType | null {
  const step = typeof activity['commandName'] === 'string' ? activity['commandName'] : null;
  const named = String(activity['pluginId'] ?? '');
  const display = String(activity['pluginName'] ?? '');
  const palette = useQuery({
    queryKey: ['step-types'],
    queryFn: () => api.plugins.listStepTypes(),
    enabled: step !== null,
  });
  const id = named || (palette.data?.find(({ pluginName }) => pluginName === display)?.pluginId ?? '');
  const version = Number(activity['pluginVersion']);
  const definition = useQuery({
    queryKey: ['plugins', 'definition', id, version],
    queryFn: () => api.plugins.showDefinition({ params: { id }, query: { version } }),
    enabled:
      step !== null && palette.data?.some(({ pluginId }) => pluginId === id) === true && Number.isInteger(version),
    staleTime: 60_000,
    retry: false,
  });
  return definition.data?.stepTypes.find(({ name }) => name === step) ?? null;
}
