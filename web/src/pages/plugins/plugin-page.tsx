import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { PluginDetail } from '../../api/types.ts';
import { Chip } from '../../parts/chip.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { MakePlan } from '../../parts/make-plan.tsx';
import { Monogram } from '../../parts/monogram.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { usePageName } from '../../parts/page-name.ts';
import { ProblemList } from '../../parts/problem-list.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { PluginActs } from './plugin-acts.tsx';
import { PluginDetailPanel } from './plugin-detail-panel.tsx';
import { PluginOutcome } from './plugin-outcome.tsx';
import { PluginMarks } from './plugin-table.tsx';
import { usePluginActs } from './use-plugin-acts.ts';

/** One plugin with everything that is known of it, shared by its address. */
export default function PluginPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({
    queryKey: ['plugins', 'detail', id],
    queryFn: () => api.plugins.showPlugin({ params: { id } }),
  });
  usePageName(query.data?.name ?? id);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  return <Shown plugin={query.data} />;
}

function Shown({ plugin }: { readonly plugin: PluginDetail }) {
  const { say } = useText();
  const { may } = useSession();
  const [operationId, setOperationId] = useState<string | null>(null);
  const acts = usePluginActs(plugin, operationId, setOperationId);
  return (
    <Stack>
      <PageHead
        title={
          <>
            <Monogram name={plugin.name} /> {plugin.name}
          </>
        }
        facts={
          <>
            {plugin.installed !== null && <Chip line>{`${say('plugins.installed')} ${plugin.installed}`}</Chip>}
            {plugin.offered !== null && <Chip line>{`${say('plugins.offered')} ${plugin.offered}`}</Chip>}
            <Chip>{say('plan.processCount', { count: plugin.processes })}</Chip>
            <PluginMarks plugin={plugin} />
          </>
        }
      >
        {plugin.successor !== null && plugin.processes > 0 && may('plan-make') && (
          <MakePlan plugin={plugin.id} label={say('plugins.planFor', { id: plugin.id })} />
        )}
        <PluginActs plugin={plugin} acts={acts} />
      </PageHead>
      {plugin.name !== plugin.id && (
        <Text c="dimmed" ff="monospace" size="xs">
          {plugin.id}
        </Text>
      )}
      <Text>{plugin.description}</Text>
      {plugin.broken !== null && <Text c="red">{plugin.broken}</Text>}
      <ProblemList problems={plugin.problems} />
      {acts.hasOutcome && <PluginOutcome acts={acts} />}
      <PluginDetailPanel plugin={plugin} />
    </Stack>
  );
}
