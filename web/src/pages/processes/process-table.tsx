import { Anchor, Badge, Button, Checkbox, Group, Stack, Table, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ProcessSummary } from '../../api/types.ts';
import { Failure } from '../../parts/failure.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useText } from '../../text/index.tsx';
import { downloadExport } from './download-export.ts';

interface ProcessTableProperties {
  readonly processes: readonly ProcessSummary[];
  readonly total: number;
}

export function ProcessTable({ processes, total }: ProcessTableProperties) {
  const { say } = useText();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const download = useMutation({ mutationFn: (ids: string[] | null) => downloadExport(ids, 'processes.json') });
  if (processes.length === 0) return <Text>{say('processes.none')}</Text>;
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return (
    <Stack>
      <Group>
        <Button
          variant="default"
          size="xs"
          disabled={chosen.size === 0}
          loading={download.isPending}
          onClick={() => download.mutate([...chosen])}
        >
          {say('processes.exportChosen', { count: chosen.size })}
        </Button>
        <Button variant="default" size="xs" loading={download.isPending} onClick={() => download.mutate(null)}>
          {say('processes.exportAll')}
        </Button>
      </Group>
      {download.error && <Failure error={download.error} />}
      <Table.ScrollContainer minWidth={760}>
        <Table verticalSpacing="xs" aria-rowcount={total}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say('processes.choose')}</Table.Th>
              <Table.Th>{say('processes.name')}</Table.Th>
              <Table.Th>{say('processes.kind')}</Table.Th>
              <Table.Th>{say('processes.uses')}</Table.Th>
              <Table.Th>{say('processes.processVersion')}</Table.Th>
              <Table.Th>{say('processes.changed')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {processes.map((process) => (
              <Table.Tr key={process.id} data-process={process.id}>
                <Table.Td>
                  <Checkbox
                    aria-label={say('processes.chooseWhich', { name: process.name })}
                    checked={chosen.has(process.id)}
                    onChange={() => toggle(process.id)}
                  />
                </Table.Td>
                <Table.Td>
                  <Group gap="xs">
                    <Anchor
                      renderRoot={(properties) => (
                        <Link to="/processes/$id" params={{ id: process.id }} {...properties} />
                      )}
                    >
                      {process.owner ? `${process.owner} / ${process.name}` : process.name}
                    </Anchor>
                    {process.unresolved && <Badge color="orange">{say('processes.unresolved')}</Badge>}
                  </Group>
                  {process.description !== '' && (
                    <Text size="xs" lineClamp={2}>
                      {process.description}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>{say(`processes.kind.${process.kind}`)}</Table.Td>
                <Table.Td>
                  {process.plugins.map(({ name, id, version }) => `${name || id} ${version}`).join(', ')}
                </Table.Td>
                <Table.Td>{process.version}</Table.Td>
                <Table.Td>
                  <Moment at={process.changedAt} />, {process.changedBy}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}
