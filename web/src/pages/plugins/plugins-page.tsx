import { Button, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { useOperation } from '../../api/use-operation.ts';
import { Chip } from '../../parts/chip.tsx';
import { Failure } from '../../parts/failure.tsx';
import { FilterBar } from '../../parts/filter-bar.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { OperationProgress } from '../../parts/operation-progress.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Pages } from '../../parts/pages.tsx';
import { ProblemList } from '../../parts/problem-list.tsx';
import { useListSearch } from '../../parts/use-list-search.ts';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { DropPackage } from './drop-package.tsx';
import { PluginTable } from './plugin-table.tsx';

const states = ['all', 'installed', 'available', 'upgradeable', 'modified', 'broken'] as const;
type State = (typeof states)[number];
const size = 50;

export default function PluginsPage() {
  const { say, number } = useText();
  const { may } = useSession();
  const client = useQueryClient();
  const list = useListSearch('/configuration/provisioning/plugins');
  const state = states.find((one) => one === list.value('state')) ?? 'all';
  const [updateId, setUpdateId] = useState<string | null>(null);
  const updating = useOperation(updateId);
  const query = useQuery({
    queryKey: ['plugins', 'list', state, list.settled, list.page],
    queryFn: () =>
      api.plugins.listPlugins({
        query: {
          state,
          offset: (list.page - 1) * size,
          limit: size,
          ...(list.settled ? { search: list.settled } : {}),
        },
      }),
    placeholderData: keepPreviousData,
  });
  const update = useMutation({
    mutationFn: () => api.plugins.updateList(),
    onSuccess: ({ id }) => setUpdateId(id),
    onSettled: () => client.invalidateQueries({ queryKey: ['plugins'] }),
  });
  const counts = query.data?.counts ?? {};
  return (
    <DropPackage>
      {(upload) => (
        <Stack>
          <PageHead
            title={say('menu.plugins')}
            facts={
              query.data && (
                <>
                  <Chip line>{say('plugins.installedCount', { count: counts['installed'] ?? 0 })}</Chip>
                  <Chip line>{say('plugins.availableCount', { count: counts['available'] ?? 0 })}</Chip>
                </>
              )
            }
          >
            <span>
              {say('plugins.updatedAt')} <Moment at={query.data?.updatedAt ?? null} />
            </span>
            {may('plugin-manage') && (
              <>
                <Button variant="default" loading={update.isPending} onClick={() => update.mutate()}>
                  {say('plugins.update')}
                </Button>
                {upload}
              </>
            )}
          </PageHead>
          {updating && <OperationProgress operation={updating} />}
          {update.error && <Failure error={update.error} />}
          <FilterBar>
            <TextInput
              aria-label={say('plugins.search')}
              placeholder={say('plugins.search')}
              aria-keyshortcuts="/"
              value={list.search}
              onChange={(event) => list.setSearch(event.currentTarget.value)}
              w={320}
            />
            <SegmentedControl
              aria-label={say('plugins.show')}
              value={state}
              onChange={(value) => list.change({ state: value === 'all' ? undefined : value })}
              data={states.map((value) => ({
                value,
                label: <StateLabel state={value} count={counts[value]} number={number} />,
              }))}
            />
          </FilterBar>
          {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
          {query.isPending && <Loading />}
          <ProblemList problems={query.data?.problems ?? []} />
          {query.data && <PluginTable plugins={query.data.items} />}
          {query.data && <Pages page={list.page} onChange={list.toPage} total={query.data.total} size={size} />}
        </Stack>
      )}
    </DropPackage>
  );
}

interface LabelProperties {
  readonly state: State;
  readonly count: number | undefined;
  readonly number: (value: number) => string;
}

/** What asks for a look says how many there are. */
function StateLabel({ state, count, number }: LabelProperties) {
  const { say } = useText();
  const counted = count !== undefined && count > 0 && !['all', 'installed', 'available'].includes(state);
  return (
    <>
      <span>{say(`plugins.state.${state}`)}</span>
      {counted && <> {number(count)}</>}
    </>
  );
}
