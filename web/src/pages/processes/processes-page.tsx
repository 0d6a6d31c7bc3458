import { Autocomplete, Button, NativeSelect, Stack, Switch, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../../api/client.ts';
import { Chip } from '../../parts/chip.tsx';
import { Failure } from '../../parts/failure.tsx';
import { FilterBar } from '../../parts/filter-bar.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Pages } from '../../parts/pages.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { ImportProcesses } from './import-processes.tsx';
import { ProcessTable } from './process-table.tsx';
import { pageSize, useProcessFilter } from './use-process-filter.ts';
import { UsesTable } from './uses-table.tsx';

const kinds = ['component', 'template', 'generic'] as const;

export default function ProcessesPage() {
  const { say } = useText();
  const { may } = useSession();
  const { filter, change } = useProcessFilter();
  const { page, ...criteria } = filter;
  const query = useQuery({
    queryKey: ['processes', 'list', filter],
    queryFn: () =>
      api.processes.listProcesses({ query: { ...criteria, offset: (page - 1) * pageSize, limit: pageSize } }),
    placeholderData: keepPreviousData,
  });
  return (
    <Stack>
      <PageHead
        title={say('menu.processes')}
        facts={
          query.data && (
            <span role="status">
              <Chip line>{say('processes.found', { count: query.data.total })}</Chip>
            </span>
          )
        }
      >
        <LinkButton size="xs" to="/labels">
          {say('menu.labels')}
        </LinkButton>
        <LinkButton size="xs" to="/snapshots">
          {say('menu.snapshots')}
        </LinkButton>
        {may('process-edit') && (
          <LinkButton size="xs" variant="filled" to="/processes/new/design">
            {say('processes.new')}
          </LinkButton>
        )}
      </PageHead>
      <Filters />
      <ImportProcesses enabled={may('process-edit')}>
        {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
        {query.isPending && <Loading />}
        {query.data && (
          <Stack>
            <ProcessTable processes={query.data.items} total={query.data.total} />
            <Pages page={page} onChange={(next) => change({ page: next })} total={query.data.total} size={pageSize} />
          </Stack>
        )}
      </ImportProcesses>
      {criteria.plugin && (
        <UsesTable
          plugin={criteria.plugin}
          {...(criteria.stepType ? { stepType: criteria.stepType } : {})}
          {...(criteria.version !== undefined ? { version: criteria.version } : {})}
        />
      )}
    </Stack>
  );
}

/** The criteria stand in the address, so that a search can be shared and other pages can link to one. */
function Filters() {
  const { say } = useText();
  const { filter, change } = useProcessFilter();
  const [search, setSearch] = useState(filter.search ?? '');
  const [settled] = useDebouncedValue(search, 250);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed is carried over
  useEffect(() => {
    if (settled !== (filter.search ?? '')) change({ search: settled });
  }, [settled]);
  const installed = useQuery({
    queryKey: ['plugins', 'list', 'all', ''],
    queryFn: () => api.plugins.listPlugins({ query: { state: 'all' } }),
  });
  const palette = useQuery({ queryKey: ['step-types'], queryFn: () => api.plugins.listStepTypes() });
  const pluginIds = installed.data?.items.filter(({ stepTypes }) => stepTypes > 0).map(({ id }) => id) ?? [];
  const stepTypes =
    palette.data
      ?.filter(({ pluginId, pluginName }) => !filter.plugin || [pluginId, pluginName].includes(filter.plugin))
      .map(({ stepType }) => stepType.name) ?? [];
  return (
    <FilterBar>
      <TextInput
        label={say('processes.search')}
        aria-keyshortcuts="/"
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        w={220}
      />
      <SettledInput
        label={say('processes.plugin')}
        value={filter.plugin ?? ''}
        data={[...new Set(pluginIds)]}
        onSettle={(plugin) => change({ plugin })}
      />
      <SettledInput
        label={say('processes.stepType')}
        value={filter.stepType ?? ''}
        data={[...new Set(stepTypes)]}
        onSettle={(stepType) => change({ stepType })}
      />
      <TextInput
        label={say('processes.version')}
        value={filter.version ?? ''}
        inputMode="numeric"
        w={90}
        onChange={(event) => {
          const text = event.currentTarget.value.replace(/\D/g, '');
          change({ version: text === '' ? undefined : Number(text) });
        }}
      />
      {filter.label !== undefined && (
        <Button variant="default" onClick={() => change({ label: undefined })}>
          {say('labels.only', { label: filter.label })} ×
        </Button>
      )}
      <NativeSelect
        label={say('processes.kind')}
        value={filter.kind ?? ''}
        onChange={(event) => change({ kind: kinds.find((kind) => kind === event.currentTarget.value) })}
        data={[
          { value: '', label: say('processes.allKinds') },
          ...kinds.map((kind) => ({ value: kind, label: say(`processes.kind.${kind}`) })),
        ]}
      />
      <Switch
        label={say('processes.onlyUnresolved')}
        checked={filter.unresolved ?? false}
        onChange={(event) => change({ unresolved: event.currentTarget.checked ? true : undefined })}
        pb={8}
      />
    </FilterBar>
  );
}

interface SettledInputProperties {
  readonly label: string;
  readonly value: string;
  readonly data: string[];
  readonly onSettle: (value: string) => void;
}

/** Suggests, takes any text, and hands it on when typing has paused. */
function SettledInput({ label, value, data, onSettle }: SettledInputProperties) {
  const [text, setText] = useState(value);
  const [settled] = useDebouncedValue(text, 300);
  useEffect(() => setText(value), [value]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed is carried over
  useEffect(() => {
    if (settled !== value && settled === text) onSettle(settled);
  }, [settled]);
  return <Autocomplete label={label} value={text} onChange={setText} data={data} limit={30} w={220} />;
}
