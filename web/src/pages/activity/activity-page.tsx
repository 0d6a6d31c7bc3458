import { Anchor, NativeSelect, Stack, Table, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import type { Activity } from '../../api/types.ts';
import { Chip, Dot } from '../../parts/chip.tsx';
import table from '../../parts/data-table.module.css';
import { DataTable } from '../../parts/data-table.tsx';
import { Failure } from '../../parts/failure.tsx';
import { FilterBar } from '../../parts/filter-bar.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Pages } from '../../parts/pages.tsx';
import { useListSearch } from '../../parts/use-list-search.ts';
import { useText } from '../../text/index.tsx';
import classes from './activity-page.module.css';
import { sentenceOf } from './sentence-of.ts';

const kinds = ['plugin', 'process', 'plan', 'channel', 'run', 'user', 'token', 'setting', 'server'] as const;
const size = 50;

/** Who did what when, to which thing, and whether it succeeded; searched by the server, and by address. */
export default function ActivityPage() {
  const { say } = useText();
  const list = useListSearch('/activity');
  const { page } = list;
  const by = list.value('by');
  const action = list.settled;
  const setBy = useDebouncedCallback((name: string) => list.change({ by: name }), 250);
  const subjectKind = kinds.find((kind) => kind === list.value('kind'));
  const query = useQuery({
    queryKey: ['activity', by, action, subjectKind, page],
    queryFn: () =>
      api.activity.listActivity({
        query: {
          offset: (page - 1) * size,
          limit: size,
          ...(by && { by }),
          ...(action && { action }),
          ...(subjectKind && { subjectKind }),
        },
      }),
    placeholderData: keepPreviousData,
  });
  return (
    <Stack>
      <PageHead
        title={say('menu.activity')}
        facts={query.data && <Chip line>{say('activity.count', { count: query.data.total })}</Chip>}
      />
      <FilterBar>
        <TextInput
          label={say('activity.action')}
          aria-keyshortcuts="/"
          placeholder="plan"
          value={list.search}
          w={200}
          onChange={(event) => list.setSearch(event.currentTarget.value)}
        />
        <TextInput
          label={say('activity.by')}
          defaultValue={by}
          w={160}
          onChange={(event) => setBy(event.currentTarget.value)}
        />
        <NativeSelect
          label={say('activity.kind')}
          value={subjectKind ?? ''}
          data={[
            { value: '', label: say('activity.all') },
            ...kinds.map((kind) => ({ value: kind, label: say(`activity.kind.${kind}`) })),
          ]}
          onChange={(event) => list.change({ kind: event.currentTarget.value })}
        />
      </FilterBar>
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.data && <ActivityTable items={query.data.items} total={query.data.total} />}
      {query.data && <Pages page={page} onChange={list.toPage} total={query.data.total} size={size} />}
    </Stack>
  );
}

function ActivityTable({ items, total }: { readonly items: readonly Activity[]; readonly total: number }) {
  const { say } = useText();
  if (items.length === 0) return <p className={table['empty']}>{say('activity.none')}</p>;
  return (
    <DataTable
      label={say('menu.activity')}
      total={total}
      columns={[
        say('activity.what'),
        say('activity.kind'),
        say('activity.subject'),
        say('activity.by'),
        say('activity.at'),
      ]}
    >
      {items.map((one) => (
        <Table.Tr key={one.id} data-row="">
          <Table.Td data-wide="">
            <Dot tone={one.succeeded ? 'well' : 'bad'} /> <Act activity={one} />{' '}
            {!one.succeeded && <Chip tone="bad">{one.reason ?? say('activity.failed')}</Chip>}
          </Table.Td>
          <Table.Td>
            <Chip>{say(`activity.kind.${one.subjectKind}`)}</Chip>
          </Table.Td>
          <Table.Td data-changing="">
            <Subject activity={one} />
          </Table.Td>
          <Table.Td>{one.by}</Table.Td>
          <Table.Td>
            <Moment at={one.at} />
          </Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}

/** The act and what else is known of it, in the person's language; in the server's where the page does not know it. */
function Act({ activity }: { readonly activity: Activity }) {
  const { say } = useText();
  const said = sentenceOf(activity, say);
  return (
    <span data-changing="">
      {said ? said.sentence : <span lang="en">{activity.text}</span>}
      {said && said.details.length > 0 && <span className={classes['details']}> {said.details.join(' · ')}</span>}
    </span>
  );
}

/** The thing that was acted on, as a link to its page where it has one. */
function Subject({ activity: { subjectKind, subject } }: { readonly activity: Activity }) {
  if (subjectKind === 'process') {
    return (
      <Anchor renderRoot={(properties) => <Link to="/processes/$id" params={{ id: subject }} {...properties} />}>
        {subject}
      </Anchor>
    );
  }
  if (subjectKind === 'plan') {
    return (
      <Anchor renderRoot={(properties) => <Link to="/upgrades/$id" params={{ id: subject }} {...properties} />}>
        {subject}
      </Anchor>
    );
  }
  if (subjectKind === 'run') {
    return (
      <Anchor renderRoot={(properties) => <Link to="/runs/$id" params={{ id: subject }} {...properties} />}>
        {subject}
      </Anchor>
    );
  }
  const places = {
    plugin: '/configuration/provisioning/plugins',
    channel: '/channels',
    user: '/users',
    token: '/users',
    setting: '/configuration/provisioning/general',
    server: '/',
  } as const;
  return <Anchor renderRoot={(properties) => <Link to={places[subjectKind]} {...properties} />}>{subject}</Anchor>;
}
