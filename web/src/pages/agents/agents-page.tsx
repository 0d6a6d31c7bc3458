import { Stack, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { basePath } from '../../api/base-path.ts';
import { runs } from '../../api/resources.ts';
import { Chip } from '../../parts/chip.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Panel, PanelEmpty } from '../../parts/panel.tsx';
import type { Tone } from '../../parts/tone.ts';
import { useText } from '../../text/index.tsx';

const tones = { online: 'well', draining: 'care', lost: 'bad', stopped: 'quiet' } as const satisfies Record<
  string,
  Tone
>;

/** Who does the steps of runs: which labels each has, whether it is heard of, and what it does now. */
export default function AgentsPage() {
  const { say, number } = useText();
  const query = useQuery({ queryKey: ['runs', 'agents'], queryFn: runs.agents, refetchInterval: 5_000 });
  const online = query.data?.filter(({ state }) => state === 'online').length ?? 0;
  return (
    <Stack>
      <PageHead
        title={say('menu.agents')}
        facts={query.data && <Chip line>{say('menu.online', { count: online })}</Chip>}
      />
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.data && (
        <Panel title={say('agents.all')}>
          {query.data.length === 0 ? (
            <PanelEmpty>{say('agents.none')}</PanelEmpty>
          ) : (
            <Table.ScrollContainer minWidth={560}>
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{say('agents.name')}</Table.Th>
                    <Table.Th>{say('upgrades.state')}</Table.Th>
                    <Table.Th>{say('agents.labels')}</Table.Th>
                    <Table.Th>{say('agents.running')}</Table.Th>
                    <Table.Th>{say('agents.heard')}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {query.data.map(({ id, name, labels, state, lastSeenAt, running }) => (
                    <Table.Tr key={id} data-row="">
                      <Table.Td fw={500} data-changing="">
                        {name}
                      </Table.Td>
                      <Table.Td>
                        <Chip tone={tones[state]}>{say(`agents.state.${state}`)}</Chip>
                      </Table.Td>
                      <Table.Td>{labels.join(', ') || '–'}</Table.Td>
                      <Table.Td>{number(running)}</Table.Td>
                      <Table.Td>
                        <Moment at={lastSeenAt} />
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )}
        </Panel>
      )}
      <Panel title={say('agents.add')}>
        <PanelEmpty>
          {say('agents.addHelp')}
          <pre data-changing="">lockstep agent --server {window.location.origin + basePath} --token-file TOKEN</pre>
        </PanelEmpty>
      </Panel>
    </Stack>
  );
}
