import { Stack, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { Chip } from '../../parts/chip.tsx';
import table from '../../parts/data-table.module.css';
import { DataTable } from '../../parts/data-table.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import type { Tone } from '../../parts/tone.ts';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';

import { AddAgent } from './add-agent.tsx';

const tones = { online: 'well', draining: 'care', lost: 'bad', stopped: 'quiet' } as const satisfies Record<
  string,
  Tone
>;

/** Who does the steps of runs: which labels each has, whether it is heard of, and what it does now. */
export default function AgentsPage() {
  const { say, number } = useText();
  const { may } = useSession();
  const query = useQuery({
    queryKey: ['runs', 'agents'],
    queryFn: () => api.agents.listAgents(),
    refetchInterval: 5_000,
  });
  const online = query.data?.filter(({ state }) => state === 'online').length ?? 0;
  return (
    <Stack>
      <PageHead
        title={say('menu.agents')}
        facts={query.data && <Chip line>{say('menu.online', { count: online })}</Chip>}
      >
        {may('user-manage') && <AddAgent />}
      </PageHead>
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.data &&
        (query.data.length === 0 ? (
          <p className={table['empty']}>{say('agents.none')}</p>
        ) : (
          <DataTable
            label={say('agents.all')}
            columns={[
              say('agents.name'),
              say('upgrades.state'),
              say('agents.labels'),
              say('agents.running'),
              say('agents.heard'),
            ]}
          >
            {query.data.map(({ id, name, labels, state, lastSeenAt, running }) => (
              <Table.Tr key={id} data-row="">
                <Table.Td fw={550} data-changing="">
                  {name}
                </Table.Td>
                <Table.Td>
                  <Chip tone={tones[state]}>{say(`agents.state.${state}`)}</Chip>
                </Table.Td>
                <Table.Td>
                  <span className={table['chips']}>
                    {labels.map((label) => (
                      <Chip key={label} line>
                        {label}
                      </Chip>
                    ))}
                  </span>
                </Table.Td>
                <Table.Td data-label={say('agents.running')}>{number(running)}</Table.Td>
                <Table.Td data-label={say('agents.heard')}>
                  <Moment at={lastSeenAt} />
                </Table.Td>
              </Table.Tr>
            ))}
          </DataTable>
        ))}
    </Stack>
  );
}
