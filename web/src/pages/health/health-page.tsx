import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { Failure } from '../../parts/failure.tsx';
import { HealthPanel } from '../../parts/health-panel.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { DataExamination, SecurityExamination } from './examinations.tsx';

export default function HealthPage() {
  const { say } = useText();
  const { may } = useSession();
  const query = useQuery({ queryKey: ['inbox'], queryFn: () => api.overview.showInbox() });
  return (
    <Stack maw={760}>
      <PageHead title={say('menu.health')} />
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.data && <HealthPanel health={query.data.health} />}
      {may('settings-edit') && (
        <>
          <SecurityExamination />
          <DataExamination />
        </>
      )}
    </Stack>
  );
}
