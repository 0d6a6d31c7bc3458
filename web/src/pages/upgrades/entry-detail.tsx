import { Anchor, Badge, List, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { plans } from '../../api/resources.ts';
import type { PropertyChange, ShownValue, UseChange } from '../../api/types.ts';
import { Failure } from '../../app/failure.tsx';
import { Loading } from '../../app/loading.tsx';
import { useText } from '../../text/index.tsx';

const colours: Readonly<Record<UseChange['outcome'], string>> = {
  carried: 'green',
  renamed: 'blue',
  deleted: 'red',
  pinned: 'gray',
  undecided: 'orange',
};

/** One process of a plan: each use and each value, before and after, with the rule that decided. */
export function EntryDetail({ planId, processId }: { readonly planId: string; readonly processId: string }) {
  const { say } = useText();
  const query = useQuery({
    queryKey: ['plans', 'entry', planId, processId],
    queryFn: () => plans.entry(planId, processId),
  });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  const { entry, plan } = query.data;
  return (
    <Stack gap="sm">
      <Anchor
        renderRoot={(properties) => <Link to="/processes/$id" params={{ id: entry.processId }} {...properties} />}
      >
        {entry.owner ? `${entry.owner} / ${entry.name}` : entry.name}
      </Anchor>
      {plan.uses.map((use) => (
        <UseDetail key={use.path.join('.')} use={use} />
      ))}
      {plan.graph.length > 0 && (
        <List size="sm">
          {plan.graph.map((change) => (
            <List.Item key={`${change.kind} ${change.text}`}>
              {say(`plan.graph.${change.kind}`)}: {change.text} [{change.rule}]
            </List.Item>
          ))}
        </List>
      )}
      {plan.warnings.map((warning) => (
        <Text key={`${warning.code} ${warning.message}`} size="sm" c="orange.9">
          {warning.message} {warning.hint && `→ ${warning.hint}`}
        </Text>
      ))}
    </Stack>
  );
}

function UseDetail({ use }: { readonly use: UseChange }) {
  const { say } = useText();
  const after = use.to ? `${use.to.stepType} ${use.to.version}` : '–';
  return (
    <Stack gap={4}>
      <Text size="sm" component="div">
        <strong>{use.activity}</strong>: {use.from.stepType} {use.from.version} → {after}{' '}
        <Badge size="sm" color={colours[use.outcome]}>
          {say(`plan.outcome.${use.outcome}`)}
        </Badge>{' '}
        [{use.rule}]
      </Text>
      {use.properties.length > 0 && (
        <Table.ScrollContainer minWidth={520}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{say('plan.property')}</Table.Th>
                <Table.Th>{say('plan.before')}</Table.Th>
                <Table.Th>{say('plan.after')}</Table.Th>
                <Table.Th>{say('plan.why')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {use.properties.map((property) => (
                <PropertyRow key={`${property.kind} ${property.name}`} property={property} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}

function PropertyRow({ property }: { readonly property: PropertyChange }) {
  const { say } = useText();
  const show = (value: ShownValue) => (value === null ? '–' : typeof value === 'string' ? value : say('plan.secret'));
  return (
    <Table.Tr>
      <Table.Td>{property.was ? `${property.was} → ${property.name}` : property.name}</Table.Td>
      <Table.Td>{show(property.before)}</Table.Td>
      <Table.Td>{show(property.after)}</Table.Td>
      <Table.Td>
        {say(`plan.value.${property.kind}`)}: {property.reason} [{property.rule}]
      </Table.Td>
    </Table.Tr>
  );
}
