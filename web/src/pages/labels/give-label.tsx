import { Autocomplete, Button, Group, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { confirm } from '../../parts/confirm.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Panel, PanelEmpty } from '../../parts/panel.tsx';
import { useText } from '../../text/index.tsx';
import { everyId } from './every-id.ts';

/** Gives one label to every process that a search finds. */
export function GiveLabel({ known }: { readonly known: readonly string[] }) {
  const { say } = useText();
  const client = useQueryClient();
  const [label, setLabel] = useState('');
  const [search, setSearch] = useState('');
  const [plugin, setPlugin] = useState('');
  const [settled] = useDebouncedValue({ search: search.trim(), plugin: plugin.trim() }, 250);
  const criteria = {
    ...(settled.search !== '' && { search: settled.search }),
    ...(settled.plugin !== '' && { plugin: settled.plugin }),
  };
  const installed = useQuery({
    queryKey: ['plugins', 'list', 'installed'],
    queryFn: () => api.plugins.listPlugins({ query: { state: 'installed' } }),
  });
  const found = useQuery({
    queryKey: ['processes', 'to-label', settled],
    queryFn: () => api.processes.listProcesses({ query: { ...criteria, limit: 1 } }),
    placeholderData: keepPreviousData,
  });
  const give = useMutation({
    mutationFn: async () =>
      api.processes.changeLabels({ body: { processes: await everyId(criteria), give: label.trim() } }),
    onSuccess: () => setLabel(''),
    onSettled: () => client.invalidateQueries({ queryKey: ['processes'] }),
  });
  const count = found.data?.total ?? 0;
  const ask = async (): Promise<void> => {
    const sure = await confirm({
      title: say('labels.give'),
      sentence: say('labels.giveSure', { count, label: label.trim() }),
      act: say('labels.giveNow'),
    });
    if (sure) give.mutate();
  };
  return (
    <Panel title={say('labels.giveTitle')}>
      <PanelEmpty>
        <Group align="end">
          <Autocomplete label={say('labels.label')} value={label} data={[...known]} onChange={setLabel} w={180} />
          <TextInput
            label={say('processes.search')}
            value={search}
            w={220}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
          <Autocomplete
            label={say('processes.plugin')}
            value={plugin}
            data={installed.data?.items.filter(({ stepTypes }) => stepTypes > 0).map(({ id }) => id) ?? []}
            onChange={setPlugin}
            w={240}
          />
          <Button
            disabled={label.trim() === '' || count === 0 || found.isPlaceholderData}
            loading={give.isPending}
            onClick={() => void ask()}
          >
            {say('labels.giveFound', { count })}
          </Button>
        </Group>
        {give.error && <Failure error={give.error} />}
        {give.data && <span role="status">{say('labels.given', { count: give.data.changed })}</span>}
      </PanelEmpty>
    </Panel>
  );
}
