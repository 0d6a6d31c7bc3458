import { Badge, Group, List, Stack, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { plugins } from '../../api/resources.ts';
import type { PluginSummary } from '../../api/types.ts';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useText } from '../../text/index.tsx';
import { FileChanges } from './file-changes.tsx';
import { TemplateConflicts } from './template-conflicts.tsx';
import { UserFilesList } from './user-files-list.tsx';

/** One plugin: its versions, what the offer changes, what was edited in place, templates that need a decision. */
export function PluginDetailPanel({ plugin }: { readonly plugin: PluginSummary }) {
  const { say } = useText();
  return (
    <Tabs defaultValue={plugin.upgradeable ? 'changes' : 'versions'} keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="versions">{say('plugins.versions')}</Tabs.Tab>
        {plugin.offered !== null && plugin.installed !== null && (
          <Tabs.Tab value="changes">{say('plugins.changes')}</Tabs.Tab>
        )}
        {plugin.modified && <Tabs.Tab value="modified">{say('plugins.state.modified')}</Tabs.Tab>}
        {plugin.templateConflicts > 0 && <Tabs.Tab value="templates">{say('plugins.templates')}</Tabs.Tab>}
      </Tabs.List>
      <Tabs.Panel value="versions" pt="sm">
        <Versions id={plugin.id} />
      </Tabs.Panel>
      <Tabs.Panel value="changes" pt="sm">
        <Changes id={plugin.id} />
      </Tabs.Panel>
      <Tabs.Panel value="modified" pt="sm">
        <Modified id={plugin.id} />
      </Tabs.Panel>
      <Tabs.Panel value="templates" pt="sm">
        <TemplateConflicts id={plugin.id} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Versions({ id }: { readonly id: string }) {
  const { say } = useText();
  const query = useQuery({ queryKey: ['plugins', 'detail', id], queryFn: () => plugins.show(id) });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  const { versions, stepTypeNames, capabilities, problems } = query.data;
  return (
    <Stack gap="xs">
      {versions.map((version) => (
        <Group key={version.version} gap="xs">
          <Text fw={600}>{version.version}</Text>
          {version.active && <Badge>{say('plugins.active')}</Badge>}
          <Text size="sm">
            <Moment at={version.installedAt} />, {version.installedBy}, {say('plugins.uses', { count: version.uses })}
          </Text>
        </Group>
      ))}
      {stepTypeNames.length > 0 && (
        <>
          <Text fw={600}>{say('plugins.stepTypes')}</Text>
          <List size="sm">
            {stepTypeNames.map((name) => (
              <List.Item key={name}>
                <Link to="/processes" search={{ plugin: id, stepType: name } as never}>
                  {name}
                </Link>
              </List.Item>
            ))}
          </List>
        </>
      )}
      {capabilities.length > 0 && (
        <Text size="sm">
          {say('plugins.devices')}: {capabilities.map(({ vendor, model }) => `${vendor} ${model}`).join(', ')}
        </Text>
      )}
      {problems.map((problem) => (
        <Text key={problem.message} size="sm" c={problem.severity === 'error' ? 'red' : 'inherit'}>
          {problem.message} {problem.hint && `→ ${problem.hint}`}
        </Text>
      ))}
    </Stack>
  );
}

function Changes({ id }: { readonly id: string }) {
  const { say } = useText();
  const query = useQuery({ queryKey: ['plugins', 'changes', id], queryFn: () => plugins.changes(id) });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  const { from, to, files, stepTypes, userFiles } = query.data;
  const lines = [
    ...stepTypes.added.map((name) => say('plugins.stepAdded', { name })),
    ...stepTypes.removed.map((name) => say('plugins.stepRemoved', { name })),
    ...stepTypes.changed.map(({ name, what }) => say('plugins.stepChanged', { name, what: what.join(', ') })),
  ];
  return (
    <Stack gap="xs">
      <Text fw={600}>
        {from ?? '–'} → {to}
      </Text>
      <List size="sm">
        {lines.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
      <UserFilesList files={userFiles} />
      <FileChanges files={files} />
    </Stack>
  );
}

function Modified({ id }: { readonly id: string }) {
  const { say } = useText();
  const query = useQuery({ queryKey: ['plugins', 'modified', id], queryFn: () => plugins.modified(id) });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  return (
    <Stack gap="xs">
      <FileChanges files={query.data} />
      <a href={plugins.patchAddress(id)} download={`${id}.patch`}>
        {say('plugins.patch')}
      </a>
    </Stack>
  );
}
