import { Anchor, Badge, Group, NativeSelect, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { activity } from '../../api/resources.ts';
import type { Activity } from '../../api/types.ts';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Pages } from '../../parts/pages.tsx';
import { useText } from '../../text/index.tsx';

const kinds = ['plugin', 'process', 'plan', 'channel', 'run', 'user', 'token', 'setting', 'server'] as const;
const size = 50;

export default function ActivityPage() {
  const { say } = useText();
  const [filter, setFilter] = useState<{ by: string; action: string; subjectKind: string }>({
    by: '',
    action: '',
    subjectKind: '',
  });
  const [page, setPage] = useState(1);
  const [settled] = useDebouncedValue(filter, 250);
  const query = useQuery({
    queryKey: ['activity', settled, page],
    queryFn: () =>
      activity.list({
        offset: (page - 1) * size,
        limit: size,
        ...(settled.by ? { by: settled.by } : {}),
        ...(settled.action ? { action: settled.action } : {}),
        ...(settled.subjectKind ? { subjectKind: settled.subjectKind as (typeof kinds)[number] } : {}),
      }),
    placeholderData: keepPreviousData,
  });
  const set = (part: Partial<typeof filter>) => {
    setFilter({ ...filter, ...part });
    setPage(1);
  };
  return (
    <Stack>
      <Title order={1}>{say('menu.activity')}</Title>
      <Group align="end">
        <TextInput
          label={say('activity.by')}
          value={filter.by}
          onChange={(event) => set({ by: event.currentTarget.value })}
        />
        <TextInput
          label={say('activity.action')}
          placeholder="plan"
          value={filter.action}
          onChange={(event) => set({ action: event.currentTarget.value })}
        />
        <NativeSelect
          label={say('activity.kind')}
          value={filter.subjectKind}
          data={[
            { value: '', label: say('activity.all') },
            ...kinds.map((kind) => ({ value: kind, label: say(`activity.kind.${kind}`) })),
          ]}
          onChange={(event) => set({ subjectKind: event.currentTarget.value })}
        />
      </Group>
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.data && <ActivityTable items={query.data.items} />}
      {query.data && <Pages page={page} onChange={setPage} total={query.data.total} size={size} />}
    </Stack>
  );
}

function ActivityTable({ items }: { readonly items: readonly Activity[] }) {
  const { say } = useText();
  if (items.length === 0) return <Text>{say('activity.none')}</Text>;
  return (
    <Table.ScrollContainer minWidth={620}>
      <Table striped>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('activity.at')}</Table.Th>
            <Table.Th>{say('activity.by')}</Table.Th>
            <Table.Th>{say('activity.what')}</Table.Th>
            <Table.Th>{say('activity.subject')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((one) => (
            <Table.Tr key={one.id}>
              <Table.Td>
                <Moment at={one.at} />
              </Table.Td>
              <Table.Td>{one.by}</Table.Td>
              <Table.Td>
                <span data-changing="">{one.text}</span>{' '}
                {!one.succeeded && <Badge color="red">{one.reason ?? say('activity.failed')}</Badge>}
              </Table.Td>
              <Table.Td>
                <Subject activity={one} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
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
