import { Alert, Badge, Button, Group, Stack, Tabs, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { processes } from '../../api/resources.ts';
import type { ProcessDetail } from '../../api/types.ts';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { downloadExport } from './download-export.ts';
import { ProcessPicture } from './process-picture.tsx';
import { VersionList } from './version-list.tsx';

const tabs = ['graph', 'versions'] as const;

/** One process: its graph with step details, its versions and what differs between any two. */
export default function ProcessPage() {
  const { say } = useText();
  const { id } = useParams({ strict: false }) as { id: string };
  const search = useSearch({ strict: false }) as Readonly<Record<string, unknown>>;
  const navigate = useNavigate();
  const query = useQuery({ queryKey: ['processes', 'one', id], queryFn: () => processes.show(id) });
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  const process = query.data;
  const tab = tabs.find((one) => one === search['tab']) ?? 'graph';
  const show = (next: Readonly<Record<string, unknown>>): void =>
    void navigate({ to: '/processes/$id', params: { id }, search: next as never, replace: true });
  return (
    <Stack>
      <Heading process={process} />
      {process.problems.length > 0 && (
        <Alert color="yellow" title={say('process.problems', { count: process.problems.length })}>
          {process.problems.slice(0, 20).map(({ code, message, hint }) => (
            <Text key={`${code} ${message}`} size="sm">
              {message} {hint && `→ ${hint}`}
            </Text>
          ))}
        </Alert>
      )}
      <Tabs value={tab} onChange={(next) => show(next === 'graph' ? {} : { tab: next })} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="graph">{say('process.graph')}</Tabs.Tab>
          <Tabs.Tab value="versions">{say('process.versions')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="graph" pt="sm">
          <GraphOfVersion process={process} version={Number(search['version']) || process.version} />
        </Tabs.Panel>
        <Tabs.Panel value="versions" pt="sm">
          <VersionList
            process={process}
            from={Number(search['from']) || Math.max(1, process.version - 1)}
            to={Number(search['to']) || process.version}
            compare={(from, to) => show({ tab: 'versions', from, to })}
            look={(version) => show({ version })}
          />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Heading({ process }: { readonly process: ProcessDetail }) {
  const { say } = useText();
  const { may } = useSession();
  const download = useMutation({ mutationFn: () => downloadExport([process.id], `${process.name}.json`) });
  return (
    <>
      <Group justify="space-between">
        <Stack gap={2}>
          <Group gap="xs">
            <Title order={1}>{process.owner ? `${process.owner} / ${process.name}` : process.name}</Title>
            <Badge variant="light">{say(`processes.kind.${process.kind}`)}</Badge>
            {process.unresolved && <Badge color="orange">{say('processes.unresolved')}</Badge>}
          </Group>
          {process.description !== '' && <Text size="sm">{process.description}</Text>}
          <Text size="sm">
            {say('process.versionBy', { version: process.version, by: process.changedBy })},{' '}
            <Moment at={process.changedAt} />
          </Text>
        </Stack>
        <Group>
          <Button variant="default" loading={download.isPending} onClick={() => download.mutate()}>
            {say('process.export')}
          </Button>
          {may('process-edit') && (
            <Button
              renderRoot={(properties) => (
                <Link to="/processes/$id/design" params={{ id: process.id }} {...properties} />
              )}
            >
              {say('process.design')}
            </Button>
          )}
        </Group>
      </Group>
      {download.error && <Failure error={download.error} />}
    </>
  );
}

function GraphOfVersion({ process, version }: { readonly process: ProcessDetail; readonly version: number }) {
  const { say } = useText();
  const old = useQuery({
    queryKey: ['processes', 'version', process.id, version],
    queryFn: () => processes.version(process.id, version),
    enabled: version !== process.version,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (old.error) return <Failure error={old.error} />;
  const document = version === process.version ? process.document : old.data;
  if (!document) return <Loading />;
  return (
    <Stack gap="xs">
      {version !== process.version && <Text fw={600}>{say('process.atVersion', { version })}</Text>}
      <ProcessPicture document={document} label={say('process.graphOf', { name: process.name })} />
    </Stack>
  );
}
