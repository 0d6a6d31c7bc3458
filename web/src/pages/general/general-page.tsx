import { Alert, Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../../api/client.ts';
import type { Setting } from '../../api/types.ts';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { CacheCard } from './cache-card.tsx';
import { TriedUrlNotice } from './tried-url-notice.tsx';

export default function GeneralPage() {
  const { say } = useText();
  const query = useQuery({ queryKey: ['settings'], queryFn: () => api.settings.listSettings() });
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  const find = (name: string) => query.data.find((setting) => setting.name === name);
  const server = find('plugin_server');
  const cache = find('cache_plugin');
  const locale = find('locale');
  return (
    <Stack maw={760}>
      <PageHead title={say('general.title')} />
      {server && <PluginServerCard setting={server} />}
      {cache && <CacheCard setting={cache} />}
      {locale && <LocaleCard setting={locale} />}
    </Stack>
  );
}

function PluginServerCard({ setting }: { readonly setting: Setting }) {
  const { say } = useText();
  const { may } = useSession();
  const client = useQueryClient();
  const [url, setUrl] = useState(String(setting.value ?? ''));
  useEffect(() => setUrl(String(setting.value ?? '')), [setting.value]);
  const attempt = useMutation({ mutationFn: () => api.settings.tryPluginServer({ body: { url } }) });
  const save = useMutation({
    mutationFn: () =>
      api.settings.changeSetting({ params: { name: 'plugin_server' }, body: { value: url === '' ? null : url } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['settings'] }),
  });
  const editable = setting.editable && may('settings-edit');
  return (
    <Panel title={say('general.pluginServer')} aside={<Source setting={setting} />}>
      <Stack gap="sm" p="sm">
        <TextInput
          label={say('general.url')}
          description={say('general.urlHelp')}
          type="url"
          data-changing=""
          value={url}
          readOnly={!editable}
          onChange={(event) => {
            setUrl(event.currentTarget.value);
            // what was said of another URL
            save.reset();
            attempt.reset();
          }}
        />
        <Group>
          <Button
            variant="default"
            loading={attempt.isPending}
            disabled={!editable || url === ''}
            onClick={() => {
              save.reset();
              attempt.mutate();
            }}
          >
            {say('general.tryUrl')}
          </Button>
          <Button
            loading={save.isPending}
            disabled={!editable || url === String(setting.value ?? '')}
            onClick={() => {
              attempt.reset();
              save.mutate();
            }}
          >
            {say('general.save')}
          </Button>
        </Group>
        {attempt.data && <TriedUrlNotice tried={attempt.data} />}
        {attempt.error && <Failure error={attempt.error} />}
        {save.error && <Failure error={save.error} />}
        {save.isSuccess && (
          <Alert color="green" role="status">
            {say('general.saved')}
          </Alert>
        )}
      </Stack>
    </Panel>
  );
}

/** Where a value comes from. */
function Source({ setting: { source } }: { readonly setting: Setting }) {
  const { say } = useText();
  return (
    <Text size="xs" c="dimmed">
      {say('general.source', { source: say(`general.source.${source}`) })}
    </Text>
  );
}

function LocaleCard({ setting }: { readonly setting: Setting }) {
  const { say } = useText();
  const { may } = useSession();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (value: string) =>
      api.settings.changeSetting({ params: { name: 'locale' }, body: { value: value === '' ? null : value } }),
    onSuccess: () => client.invalidateQueries(),
  });
  return (
    <Panel title={say('general.locale')} aside={<Source setting={setting} />}>
      <NativeSelect
        p="sm"
        aria-label={say('general.locale')}
        description={say('general.localeHelp')}
        value={String(setting.value ?? '')}
        disabled={!setting.editable || !may('settings-edit')}
        data={[
          { value: '', label: say('general.localeNone') },
          { value: 'en_US', label: 'English' },
          { value: 'fr_FR', label: 'Français' },
        ]}
        onChange={(event) => save.mutate(event.currentTarget.value)}
      />
      {save.error && <Failure error={save.error} />}
    </Panel>
  );
}
