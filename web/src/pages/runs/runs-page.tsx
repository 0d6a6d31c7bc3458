import { Anchor, Badge, Button, Card, Group, NativeSelect, Select, Stack, Table, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { processes, runs } from '../../api/resources.ts';
import type { RunSummary } from '../../api/types.ts';
import { Failure } from '../../app/failure.tsx';
import { Loading } from '../../app/loading.tsx';
import { Moment } from '../../app/moment.tsx';
import { Pages } from '../../app/pages.tsx';
import stacked from '../../app/stacked-table.module.css';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { RequestForm } from './request-form.tsx';
import { runColour } from './run-colour.ts';

const states = ['waiting', 'running', 'succeeded', 'failed', 'cancelling', 'cancelled'] as const;
const size = 50;

export default function RunsPage() {
  const { say } = useText();
  const { may } = useSession();
  const [state, setState] = useState<'' | (typeof states)[number]>('');
  const [page, setPage] = useState(1);
  const query = useQuery({
    queryKey: ['runs', 'list', state, page],
    queryFn: () => runs.list({ offset: (page - 1) * size, limit: size, ...(state ? { state } : {}) }),
    placeholderData: keepPreviousData,
  });
  return (
    <Stack>
      <Title order={1}>{say('menu.runs')}</Title>
      {may('process-run') && <NewRun />}
      <NativeSelect
        label={say('upgrades.state')}
        w={220}
        value={state}
        data={[
          { value: '', label: say('activity.all') },
          ...states.map((value) => ({ value, label: say(`run.state.${value}`) })),
        ]}
        onChange={(event) => {
          setState(event.currentTarget.value as typeof state);
          setPage(1);
        }}
      />
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.data && <RunTable items={query.data.items} />}
      {query.data && <Pages page={page} onChange={setPage} total={query.data.total} size={size} />}
    </Stack>
  );
}

/** Choose a process; its form asks for what is missing. */
function NewRun() {
  const { say } = useText();
  const [search, setSearch] = useState('');
  const [settled] = useDebouncedValue(search, 250);
  const [chosen, setChosen] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const query = useQuery({
    queryKey: ['processes', 'to-run', settled],
    queryFn: () => processes.list({ limit: 50, ...(settled ? { search: settled } : {}) }),
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

function RunTable({ items }: { readonly items: readonly RunSummary[] }) {
  const { say } = useText();
  if (items.length === 0) return <Text>{say('runs.none')}</Text>;
  return (
    <Table striped className={stacked['table'] ?? ''}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{say('runs.process')}</Table.Th>
          <Table.Th>{say('upgrades.state')}</Table.Th>
          <Table.Th>{say('runs.steps')}</Table.Th>
          <Table.Th>{say('runs.requested')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((run) => (
          <Table.Tr key={run.id}>
            <Table.Td>
              <Anchor renderRoot={(properties) => <Link to="/runs/$id" params={{ id: run.id }} {...properties} />}>
                {run.processName} ({run.processVersion})
              </Anchor>
            </Table.Td>
            <Table.Td>
              <Badge color={runColour(run.state)}>{say(`run.state.${run.state}`)}</Badge> {run.reason}
            </Table.Td>
            <Table.Td data-label={say('runs.steps')}>
              {run.stepsDone} / {run.steps}
            </Table.Td>
            <Table.Td>
              <Moment at={run.requestedAt} />, {run.requestedBy}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
