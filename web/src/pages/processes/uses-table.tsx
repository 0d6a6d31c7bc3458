import { Anchor, Group, Stack, Table, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { Failure } from '../../parts/failure.tsx';
import { Pages } from '../../parts/pages.tsx';
import { useText } from '../../text/index.tsx';

const size = 100;

interface UsesTableProperties {
  readonly plugin: string;
  readonly stepType?: string;
  readonly version?: number;
}

/** Every activity that uses a plugin, a step type or a version of it. */
export function UsesTable({ plugin, stepType, version }: UsesTableProperties) {
  const { say } = useText();
  const [page, setPage] = useState(1);
  const query = useQuery({
    queryKey: ['where-used', plugin, stepType ?? null, version ?? null, page],
    queryFn: () =>
      api.plugins.whereUsed({
        query: {
          plugin,
          ...(stepType ? { stepType } : {}),
          ...(version !== undefined ? { version } : {}),
          offset: (page - 1) * size,
          limit: size,
        },
      }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const what = [plugin, stepType, version].filter((part) => part !== undefined).join(' · ');
  return (
    <Stack component="section" aria-labelledby="where-used">
      <Group>
        <Title order={2} size="h4" id="where-used">
          {say('processes.whereUsed', { what })}
        </Title>
        {query.data && <Text size="sm">{say('plugins.uses', { count: query.data.total })}</Text>}
      </Group>
      {query.error && <Failure error={query.error} />}
      {query.data && query.data.items.length > 0 && (
        <Table.ScrollContainer minWidth={560}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{say('processes.name')}</Table.Th>
                <Table.Th>{say('processes.activity')}</Table.Th>
                <Table.Th>{say('processes.stepType')}</Table.Th>
                <Table.Th>{say('processes.version')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {query.data.items.map((use, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two activities of one process may have the same name
                <Table.Tr key={`${use.processId} ${use.activity} ${index}`}>
                  <Table.Td>
                    <Anchor
                      renderRoot={(properties) => (
                        <Link to="/processes/$id" params={{ id: use.processId }} {...properties} />
                      )}
                    >
                      {use.owner ? `${use.owner} / ${use.processName}` : use.processName}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>{use.activity}</Table.Td>
                  <Table.Td>{use.stepType}</Table.Td>
                  <Table.Td>{use.pluginVersion}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {query.data && <Pages page={page} onChange={setPage} total={query.data.total} size={size} />}
    </Stack>
  );
}
