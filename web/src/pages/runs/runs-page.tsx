import { Button, Card, Group, SegmentedControl, Select, Stack, Table } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { RunSummary } from '../../api/types.ts';
import { Chip } from '../../parts/chip.tsx';
import table from '../../parts/data-table.module.css';
import { DataTable } from '../../parts/data-table.tsx';
import { Failure } from '../../parts/failure.tsx';
import { FilterBar } from '../../parts/filter-bar.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useNow } from '../../parts/now.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { Pages } from '../../parts/pages.tsx';
import { duration } from '../../parts/time-words.ts';
import { useListSearch } from '../../parts/use-list-search.ts';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { RequestForm } from './request-form.tsx';
import { runTone } from './run-tone.ts';

const states = ['waiting', 'running', 'succeeded', 'failed', 'cancelling', 'cancelled'] as const;
const size = 50;

export default function RunsPage() {
  const { say } = useText();
  const { may } = useSession();
  const list = useListSearch('/runs');
  const state = states.find((one) => one === list.value('state')) ?? '';
  const { page } = list;
  const query = useQuery({
    queryKey: ['runs', 'list', state, page],
    queryFn: () =>
      api.runs.listRuns({ query: { offset: (page - 1) * size, limit: size, ...(state ? { state } : {}) } }),
    placeholderData: keepPreviousData,
  });
  return (
    <Stack>
      <PageHead title={say('menu.runs')} />
      {may('process-run') && <NewRun preset={list.value('process')} />}
      <FilterBar>
        <SegmentedControl
          aria-label={say('upgrades.state')}
          value={state}
          onChange={(next) => list.change({ state: next })}
          data={[
            { value: '', label: say('activity.all') },
            ...states.map((value) => ({ value, label: say(`run.state.${value}`) })),
          ]}
        />
      </FilterBar>
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.data && <RunTable items={query.data.items} total={query.data.total} />}
      {query.data && <Pages page={page} onChange={list.toPage} total={query.data.total} size={size} />}
    </Stack>
  );
}

/** Choose a process; its form asks for what is missing. */
function NewRun({ preset }: { readonly preset: string }) {
  const { say } = useText();
  const [search, setSearch] = useState('');
  const [settled] = useDebouncedValue(search, 250);
  const [chosen, setChosen] = useState<string | null>(preset === '' ? null : preset);
  const [asking, setAsking] = useState(preset !== '');
  const query = useQuery({
    queryKey: ['processes', 'to-run', settled],
    queryFn: () => api.processes.listProcesses({ query: { limit: 50, ...(settled ? { search: settled } : {}) } }),
    placeholderData: keepPreviousData,
  });
  return (
    <Card withBorder component="section" aria-label={say('runs.request')}>
      <Group align="end">
        <Select
          label={say('runs.process')}
          searchable
          w={360}
          value={chosen}
          data={(query.data?.items ?? []).map(({ id, name, owner }) => ({
            value: id,
            label: owner ? `${owner} / ${name}` : name,
          }))}
          onChange={(value) => {
            setChosen(value);
            setAsking(false);
          }}
          onSearchChange={setSearch}
          nothingFoundMessage={say('runs.noProcess')}
        />
        <Button disabled={chosen === null} onClick={() => setAsking(true)}>
          {say('runs.request')}
        </Button>
      </Group>
      {asking && chosen !== null && <RequestForm key={chosen} processId={chosen} />}
    </Card>
  );
}

function RunTable({ items, total }: { readonly items: readonly RunSummary[]; readonly total: number }) {
  const { say, locale } = useText();
  const now = useNow();
  if (items.length === 0) return <p className={table['empty']}>{say('runs.none')}</p>;
  return (
    <DataTable
      label={say('menu.runs')}
      total={total}
      columns={[
        say('runs.process'),
        say('upgrades.state'),
        say('runs.steps'),
        say('runs.took'),
        say('runs.requested'),
        say('activity.by'),
      ]}
    >
      {items.map((run) => {
        const begun = Date.parse(run.startedAt ?? run.requestedAt);
        return (
          <Table.Tr key={run.id} data-row="">
            <Table.Td>
              <span className={table['name']}>
                <Link to="/runs/$id" params={{ id: run.id }}>
                  {run.processName}
                </Link>
                <span className={table['note']}>{say('runs.ofVersion', { version: run.processVersion })}</span>
              </span>
            </Table.Td>
            <Table.Td>
              <span className={table['chips']}>
                <Chip tone={runTone(run.state)}>{say(`run.state.${run.state}`)}</Chip>
                {run.reason && (
                  <span className={table['note']} lang="en" title={run.reason}>
                    {run.reason}
                  </span>
                )}
              </span>
            </Table.Td>
            <Table.Td data-label={say('runs.steps')}>
              {run.stepsDone} / {run.steps}
            </Table.Td>
            <Table.Td data-label={say('runs.took')} data-changing="">
              {duration(Math.max(0, (run.endedAt ? Date.parse(run.endedAt) : now) - begun), locale)}
            </Table.Td>
            <Table.Td>
              <Moment at={run.requestedAt} />
            </Table.Td>
            <Table.Td>{run.requestedBy}</Table.Td>
          </Table.Tr>
        );
      })}
    </DataTable>
  );
}
