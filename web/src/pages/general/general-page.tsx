import { Alert, Button, Card, Group, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { settings } from '../../api/resources.ts';
import type { Setting } from '../../api/types.ts';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { CacheCard } from './cache-card.tsx';
import { TriedUrlNotice } from './tried-url-notice.tsx';

export default function GeneralPage() {
  const { say } = useText();
  const query = useQuery({ queryKey: ['settings'], queryFn: settings.list });
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  const find = (name: string) => query.data.find((setting) => setting.name === name);
  const server = find('plugin_server');
  const cache = find('cache_plugin');
  const locale = find('locale');
  return (
    <Stack maw={760}>
      <Title order={1}>{say('general.title')}</Title>
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
  const attempt = useMutation({ mutationFn: () => settings.tryPluginServer(url) });
  const save = useMutation({
    mutationFn: () => settings.change('plugin_server', url === '' ? null : url),
    onSuccess: () => client.invalidateQueries({ queryKey: ['settings'] }),
  });
  const editable = setting.editable && may('settings-edit');
  return (
    <Card withBorder component="section" aria-labelledby="plugin-server">
      <Stack gap="sm">
        <Title order={2} size="h4" id="plugin-server">
          {say('general.pluginServer')}
        </Title>
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
    </Card>
  );
}

function LocaleCard({ setting }: { readonly setting: Setting }) {
  const { say } = useText();
  const { may } = useSession();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (value: string) => settings.change('locale', value === '' ? null : value),
    onSuccess: () => client.invalidateQueries(),
  });
  return (
    <Card withBorder component="section">
      <NativeSelect
        label={say('general.locale')}
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
      <Text size="xs" c="dimmed" mt={4}>
        {say('general.source', { source: say(`general.source.${setting.source}`) })}
      </Text>
    </Card>
  );
}
