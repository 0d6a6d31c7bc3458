import { Badge, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { api } from '../../api/client.ts';
import type { ProcessDiff } from '../../api/types.ts';
import { mergeForDifference } from '../../graph/merge-for-difference.ts';
import { DifferenceText } from '../../parts/difference-text.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useText } from '../../text/index.tsx';
import { ProcessPicture } from './process-picture.tsx';

const views = ['graph', 'list', 'text'] as const;
const colours = { added: 'green', removed: 'red', changed: 'orange' } as const;

/** What differs between two versions: on the graph, as a list, and as text. */
export function VersionDifference({
  id,
  from,
  to,
}: {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}) {
  const { say } = useText();
  const [view, setView] = useState<(typeof views)[number]>('graph');
  const query = useQuery({
    queryKey: ['processes', 'diff', id, from, to],
    queryFn: () => api.processes.diffVersions({ params: { id }, query: { from, to } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  return (
    <Stack component="section" aria-label={say('process.difference', { from, to })}>
      <SegmentedControl
        aria-label={say('process.view')}
        value={view}
        onChange={(next) => setView(next as typeof view)}
        data={views.map((value) => ({ value, label: say(`process.view.${value}`) }))}
        w="fit-content"
      />
      {view === 'graph' && <DifferenceOnGraph diff={query.data} />}
      {view === 'list' && <DifferenceList differences={query.data.differences} />}
      {view === 'text' && <DifferenceText text={query.data.text} />}
    </Stack>
  );
}

function DifferenceOnGraph({ diff }: { readonly diff: ProcessDiff }) {
  const { say } = useText();
  const { document, marks } = useMemo(() => {
    const changed = diff.differences
      .filter(({ change, field }) => change === 'changed' && field !== 'edges')
      .flatMap(({ activity }) => (activity === null ? [] : [activity]));
    return mergeForDifference(diff.before, diff.after, new Set(changed));
  }, [diff]);
  return (
    <ProcessPicture
      document={document}
      marks={marks}
      label={say('process.difference', { from: diff.from, to: diff.to })}
    />
  );
}

function DifferenceList({ differences }: { readonly differences: ProcessDiff['differences'] }) {
  const { say } = useText();
  if (differences.length === 0) return <Text>{say('process.same')}</Text>;
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('processes.activity')}</Table.Th>
            <Table.Th>{say('process.field')}</Table.Th>
            <Table.Th>{say('plan.before')}</Table.Th>
            <Table.Th>{say('plan.after')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {differences.map(({ activity, change, field, before, after }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a difference has no name of its own
            <Table.Tr key={index}>
              <Table.Td>
                <Badge size="sm" variant="light" color={colours[change]}>
                  {say(`change.${change}`)}
                </Badge>{' '}
                {activity ?? say('process.itself')}
              </Table.Td>
              <Table.Td>{field ?? ''}</Table.Td>
              <Table.Td style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{before ?? '–'}</Table.Td>
              <Table.Td style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{after ?? '–'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
