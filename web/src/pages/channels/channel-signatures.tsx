import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { Chip } from '../../parts/chip.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel, PanelEmpty } from '../../parts/panel.tsx';
import { useText } from '../../text/index.tsx';

/** How long each signature that a channel stands on still holds, and what it is for. */
export function ChannelSignatures({ channel }: { readonly channel: string }) {
  const { say } = useText();
  const query = useQuery({
    queryKey: ['channels', 'signatures', channel],
    queryFn: () => api.channels.listSignatures({ params: { channel } }),
  });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  if (query.data.length === 0)
    return (
      <Panel title={say('channels.view.keys')}>
        <PanelEmpty>{say('channels.noKeys')}</PanelEmpty>
      </Panel>
    );
  return (
    <DataTable
      label={say('channels.view.keys')}
      columns={[say('channels.role'), say('channels.roleFor'), say('channels.left'), say('channels.ends')]}
    >
      {query.data.map(({ role, ends, days, state }) => (
        <Table.Tr key={role} data-row="" data-role={role}>
          <Table.Td>
            <strong>{say(`channels.role.${role}`)}</strong>
          </Table.Td>
          <Table.Td data-wide="">{say(`channels.roleFor.${role}`)}</Table.Td>
          <Table.Td>
            <Chip tone={state}>{days < 0 ? say('channels.ended') : say('channels.days', { count: days })}</Chip>
          </Table.Td>
          <Table.Td data-label={say('channels.ends')}>
            <Moment at={ends} />
          </Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}
