import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { PlanHeader } from '../../api/types.ts';
import { Chip } from '../../parts/chip.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useText } from '../../text/index.tsx';
import classes from './plan-section.module.css';

/** Who did what with the plan, newest first. */
export function PlanHistory({ plan }: { readonly plan: PlanHeader }) {
  const { say } = useText();
  const query = useQuery({
    queryKey: ['activity', 'plan', plan.id],
    queryFn: () => api.activity.listActivity({ query: { subjectKind: 'plan', subject: plan.id, limit: 200 } }),
  });
  return (
    <div className={classes['section']}>
      {query.error && <Failure error={query.error} />}
      {query.isPending && <Loading />}
      {query.data && (
        <Table.ScrollContainer minWidth={560}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{say('activity.at')}</Table.Th>
                <Table.Th>{say('activity.by')}</Table.Th>
                <Table.Th>{say('activity.what')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {query.data.items.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td>
                    <Moment at={one.at} />
                  </Table.Td>
                  <Table.Td>{one.by}</Table.Td>
                  <Table.Td lang="en">
                    {one.text} {!one.succeeded && <Chip tone="bad">{one.reason ?? say('activity.failed')}</Chip>}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </div>
  );
}
