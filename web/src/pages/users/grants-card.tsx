import { Table } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { OwnerGrant } from '../../api/types.ts';
import { Chip } from '../../parts/chip.tsx';
import { confirm } from '../../parts/confirm.tsx';
import table from '../../parts/data-table.module.css';
import { DataTable } from '../../parts/data-table.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel, PanelEmpty } from '../../parts/panel.tsx';
import { RowAct } from '../../parts/row-act.tsx';
import { useText } from '../../text/index.tsx';
import { GiveGrant } from './give-grant.tsx';

/** Who has a role for the processes of some owners, beside the role for the whole server. */
export function GrantsCard() {
  const { say } = useText();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['users', 'grants'], queryFn: () => api.users.listGrants() });
  const take = useMutation({
    mutationFn: (id: string) => api.users.removeGrant({ params: { id } }),
    onSettled: () => client.invalidateQueries({ queryKey: ['users', 'grants'] }),
  });
  const ownerOf = ({ owner }: OwnerGrant): string => owner ?? say('grants.noOwner');
  const what = (grant: OwnerGrant) => ({
    holder: grant.holder,
    role: say(`role.${grant.role}`),
    owner: ownerOf(grant),
  });
  const ask = async (grant: OwnerGrant): Promise<void> => {
    const sure = await confirm({
      title: say('grants.takeWhich', what(grant)),
      sentence: say('grants.takeSure', what(grant)),
      act: say('grants.take'),
      danger: true,
    });
    if (sure) take.mutate(grant.id);
  };
  return (
    <Panel title={say('grants.title')} fact={query.data && <Chip>{query.data.length}</Chip>}>
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.data?.length === 0 && <PanelEmpty>{say('grants.none')}</PanelEmpty>}
      {query.data && query.data.length > 0 && (
        <DataTable
          flat
          label={say('grants.title')}
          columns={[say('grants.holder'), say('users.role'), say('grants.owner'), say('grants.given')]}
          acts={say('users.actions')}
        >
          {query.data.map((grant) => (
            <Table.Tr key={grant.id} data-row="">
              <Table.Td fw={550}>
                <span className={table['chips']}>
                  {grant.holder}
                  {grant.kind === 'group' && <Chip line>{say('grants.group')}</Chip>}
                </span>
              </Table.Td>
              <Table.Td>{say(`role.${grant.role}`)}</Table.Td>
              <Table.Td data-label={say('grants.owner')}>
                {grant.owner === null ? say('grants.noOwner') : <span className={table['mono']}>{grant.owner}</span>}
              </Table.Td>
              <Table.Td data-label={say('grants.given')}>
                <Moment at={grant.createdAt} /> · {grant.createdBy}
              </Table.Td>
              <Table.Td>
                <RowAct label={say('grants.takeWhich', what(grant))} onClick={() => void ask(grant)}>
                  {say('grants.takeDots')}
                </RowAct>
              </Table.Td>
            </Table.Tr>
          ))}
        </DataTable>
      )}
      {take.error && <Failure error={take.error} />}
      <GiveGrant />
    </Panel>
  );
}
