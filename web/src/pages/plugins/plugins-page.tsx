import { Button, Group, ScrollArea, SegmentedControl, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { plugins } from '../../api/resources.ts';
import { useOperation } from '../../api/use-operation.ts';
import { Failure } from '../../app/failure.tsx';
import { Loading } from '../../app/loading.tsx';
import { Moment } from '../../app/moment.tsx';
import { OperationProgress } from '../../app/operation-progress.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { DropPackage } from './drop-package.tsx';
import { PluginTable } from './plugin-table.tsx';

const states = ['all', 'installed', 'available', 'upgradeable', 'modified', 'broken'] as const;

export default function PluginsPage() {
  const { say } = useText();
  const { may } = useSession();
  const client = useQueryClient();
  const [state, setState] = useState<(typeof states)[number]>('all');
  const [search, setSearch] = useState('');
  const [settled] = useDebouncedValue(search, 250);
  const [updateId, setUpdateId] = useState<string | null>(null);
  const updating = useOperation(updateId);
  const query = useQuery({
    queryKey: ['plugins', 'list', state, settled],
    queryFn: () => plugins.list({ state, ...(settled ? { search: settled } : {}) }),
    placeholderData: keepPreviousData,
  });
  const update = useMutation({
    mutationFn: plugins.update,
    onSuccess: ({ id }) => setUpdateId(id),
    onSettled: () => client.invalidateQueries({ queryKey: ['plugins'] }),
  });
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1}>{say('menu.plugins')}</Title>
        <Group>
          <Text size="sm">
            {say('plugins.updatedAt')} <Moment at={query.data?.updatedAt ?? null} />
          </Text>
          {may('plugin-manage') && (
            <Button loading={update.isPending} onClick={() => update.mutate()}>
              {say('plugins.update')}
            </Button>
          )}
        </Group>
      </Group>
      {updating && <OperationProgress operation={updating} />}
      {update.error && <Failure error={update.error} />}
      {may('plugin-manage') && <DropPackage />}
      <Group align="end">
        <TextInput
          label={say('plugins.search')}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          w={280}
        />
        <ScrollArea type="never" maw="100%">
          <SegmentedControl
            aria-label={say('plugins.show')}
            value={state}
            onChange={(value) => setState(value as typeof state)}
            data={states.map((value) => ({ value, label: say(`plugins.state.${value}`) }))}
          />
        </ScrollArea>
      </Group>
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.data?.problems.map((problem) => (
        <Text key={problem.message} c="red" size="sm">
          {problem.message}
        </Text>
      ))}
      {query.data && <PluginTable plugins={query.data.items} />}
    </Stack>
  );
}
