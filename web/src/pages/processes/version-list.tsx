import { Anchor, Badge, Button, Group, NativeSelect, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import type { ProcessDetail } from '../../api/types.ts';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useText } from '../../text/index.tsx';
import { VersionDifference } from './version-difference.tsx';

interface VersionListProperties {
  readonly process: ProcessDetail;
  readonly from: number;
  readonly to: number;
  readonly compare: (from: number, to: number) => void;
  readonly look: (version: number) => void;
}

/** Who changed the process when and why; any two versions can be compared. */
export function VersionList({ process, from, to, compare, look }: VersionListProperties) {
  const { say } = useText();
  const query = useQuery({
    queryKey: ['processes', 'versions', process.id],
    queryFn: () => api.processes.listVersions({ params: { id: process.id } }),
  });
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  const choices = query.data.map(({ version }) => ({ value: String(version), label: String(version) }));
  return (
    <Stack>
      <Group align="end">
        <NativeSelect
          label={say('process.from')}
          value={String(from)}
          data={choices}
          onChange={(event) => compare(Number(event.currentTarget.value), to)}
        />
        <NativeSelect
          label={say('process.to')}
          value={String(to)}
          data={choices}
          onChange={(event) => compare(from, Number(event.currentTarget.value))}
        />
      </Group>
      {from === to ? (
        <Text size="sm">{say('process.chooseTwo')}</Text>
      ) : (
        <VersionDifference id={process.id} from={from} to={to} />
      )}
      <Table.ScrollContainer minWidth={560}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say('process.version')}</Table.Th>
              <Table.Th>{say('processes.changed')}</Table.Th>
              <Table.Th>{say('plan.why')}</Table.Th>
              <Table.Th>{say('users.actions')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {query.data.map(({ version, at, by, why, plan, pinnedBy }) => (
              <Table.Tr key={version}>
                <Table.Td>
                  {version}{' '}
                  {pinnedBy.map((snapshot) => (
                    <Badge key={snapshot} size="sm" variant="light">
                      {say('process.pinnedBy', { snapshot })}
                    </Badge>
                  ))}
                </Table.Td>
                <Table.Td>
                  <Moment at={at} />, {by}
                </Table.Td>
                <Table.Td>
                  {why}{' '}
                  {plan && (
                    <Anchor renderRoot={(rest) => <Link to="/upgrades/$id" params={{ id: plan }} {...rest} />}>
                      {say('process.plan', { plan })}
                    </Anchor>
                  )}
                </Table.Td>
                <Table.Td>
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    aria-label={say('process.lookAt', { version })}
                    onClick={() => look(version)}
                  >
                    {say('process.look')}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}
