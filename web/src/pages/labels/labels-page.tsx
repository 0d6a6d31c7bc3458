import { Stack, Table } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { Chip } from '../../parts/chip.tsx';
import { confirm } from '../../parts/confirm.tsx';
import table from '../../parts/data-table.module.css';
import { DataTable } from '../../parts/data-table.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { RowAct } from '../../parts/row-act.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { everyId } from './every-id.ts';
import { GiveLabel } from './give-label.tsx';

/** The labels that processes have, by which waves of an upgrade choose: given to many at once, and taken away again. */
export default function LabelsPage() {
  const { say } = useText();
  const { may } = useSession();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['processes', 'labels'], queryFn: () => api.processes.listLabels() });
  const take = useMutation({
    mutationFn: async (label: string) =>
      api.processes.changeLabels({ body: { processes: await everyId({ label }), take: label } }),
    onSettled: () => client.invalidateQueries({ queryKey: ['processes'] }),
  });
  const remove = async (label: string, count: number): Promise<void> => {
    const sure = await confirm({
      title: say('labels.remove', { label }),
      sentence: say('labels.removeSure', { label, count }),
      act: say('labels.removeNow'),
      danger: true,
    });
    if (sure) take.mutate(label);
  };
  return (
    <Stack>
      <PageHead
        title={say('menu.labels')}
        facts={query.data && <Chip line>{say('labels.count', { count: query.data.length })}</Chip>}
      />
      {may('process-edit') && <GiveLabel known={query.data?.map(({ label }) => label) ?? []} />}
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {take.error && <Failure error={take.error} />}
      {query.isPending && <Loading />}
      {query.data?.length === 0 && <p className={table['empty']}>{say('labels.none')}</p>}
      {query.data && query.data.length > 0 && (
        <DataTable
          label={say('menu.labels')}
          columns={[say('labels.label'), say('menu.processes')]}
          acts={say('users.actions')}
        >
          {query.data.map(({ label, processes: count }) => (
            <Table.Tr key={label} data-row="" data-label-row={label}>
              <Table.Td>
                <Chip line>{label}</Chip>
              </Table.Td>
              <Table.Td>
                <Link to="/processes" search={{ label } as never}>
                  {say('plan.processCount', { count })}
                </Link>
              </Table.Td>
              <Table.Td>
                {may('process-edit') && (
                  <RowAct
                    label={say('labels.remove', { label })}
                    loading={take.isPending && take.variables === label}
                    onClick={() => void remove(label, count)}
                  >
                    {say('labels.removeDots')}
                  </RowAct>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </DataTable>
      )}
    </Stack>
  );
}
