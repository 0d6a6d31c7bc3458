import { Button, Group, Stack, Switch, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { Setting } from '../../api/types.ts';
import { Failure } from '../../parts/failure.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';

/** The switch means what it says: on keeps packages, off keeps none (the old documentation had it the wrong way round). */
export function CacheCard({ setting }: { readonly setting: Setting }) {
  const { say } = useText();
  const { may } = useSession();
  const client = useQueryClient();
  const cache = useQuery({ queryKey: ['cache'], queryFn: () => api.settings.showCache() });
  const readAgain = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['settings'] }),
      client.invalidateQueries({ queryKey: ['cache'] }),
    ]);
  const keep = useMutation({
    mutationFn: (value: boolean) => api.settings.changeSetting({ params: { name: 'cache_plugin' }, body: { value } }),
    onSuccess: readAgain,
  });
  const empty = useMutation({ mutationFn: () => api.settings.clearCache(), onSuccess: readAgain });
  const editable = setting.editable && may('settings-edit');
  return (
    <Panel title={say('general.cache')}>
      <Stack gap="sm" p="sm">
        <Switch
          label={say('general.cacheSwitch')}
          description={say('general.cacheHelp')}
          checked={setting.value === true}
          disabled={!editable || keep.isPending}
          onChange={(event) => keep.mutate(event.currentTarget.checked)}
        />
        <Group justify="space-between">
          <Text size="sm" role="status">
            {cache.data &&
              say('general.cacheHolds', { count: cache.data.files, size: Math.ceil(cache.data.bytes / 1024) })}
          </Text>
          <Button
            variant="default"
            loading={empty.isPending}
            disabled={!may('settings-edit')}
            onClick={() => empty.mutate()}
          >
            {say('general.emptyCache')}
          </Button>
        </Group>
        {keep.error && <Failure error={keep.error} />}
        {empty.error && <Failure error={empty.error} />}
      </Stack>
    </Panel>
  );
}
