import { Alert, Button, Group, Stack, Tabs, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import type { ProcessDetail } from '../../api/types.ts';
import { Chip } from '../../parts/chip.tsx';
import { Failure } from '../../parts/failure.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { usePageName } from '../../parts/page-name.ts';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { downloadExport } from './download-export.ts';
import { ProcessLabels } from './process-labels.tsx';
import { ProcessPicture } from './process-picture.tsx';
import { VersionList } from './version-list.tsx';

const tabs = ['graph', 'versions'] as const;

/** One process: its graph with step details, its versions and what differs between any two. */
export default function ProcessPage() {
  const { say } = useText();
  const { id } = useParams({ strict: false }) as { id: string };
  const search = useSearch({ strict: false }) as Readonly<Record<string, unknown>>;
  const navigate = useNavigate();
  const query = useQuery({
    queryKey: ['processes', 'one', id],
    queryFn: () => api.processes.showProcess({ params: { id } }),
  });
  usePageName(query.data?.name ?? null);
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
  const download = useMutation({ mutationFn: () => downloadExport([process.id], process.name) });
  return (
    <>
      <PageHead
        title={process.owner ? `${process.owner} / ${process.name}` : process.name}
        facts={
          <>
            <Chip line>{say(`processes.kind.${process.kind}`)}</Chip>
            {process.unresolved && <Chip tone="care">{say('processes.unresolved')}</Chip>}
          </>
        }
      >
        <Button variant="default" loading={download.isPending} onClick={() => download.mutate()}>
          {say('process.export')}
        </Button>
        {may('process-run') && (
          <LinkButton size="xs" to={`/runs?process=${process.id}`} aria-keyshortcuts="r">
            {say('process.run')}
          </LinkButton>
        )}
        {may('process-edit') && (
          <LinkButton size="xs" variant="filled" to={`/processes/${process.id}/design`}>
            {say('process.design')}
          </LinkButton>
        )}
      </PageHead>
      <Group gap="md">
        <span>
          {say('process.versionBy', { version: process.version, by: process.changedBy })},{' '}
          <Moment at={process.changedAt} />
        </span>
        <ProcessLabels id={process.id} labels={process.labels} />
      </Group>
      {process.description !== '' && <Text>{process.description}</Text>}
      {download.error && <Failure error={download.error} />}
    </>
  );
}

function GraphOfVersion({ process, version }: { readonly process: ProcessDetail; readonly version: number }) {
  const { say } = useText();
  const old = useQuery({
    queryKey: ['processes', 'version', process.id, version],
    queryFn: () => api.processes.showVersion({ params: { id: process.id, version } }),
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
