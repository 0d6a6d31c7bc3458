import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { Chip } from '../../parts/chip.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Panel, PanelEmpty } from '../../parts/panel.tsx';
import { useText } from '../../text/index.tsx';
import { FindingRows } from './findings.tsx';

/** What lets in whoever should not come; looked at with the page, since it is quick. */
export function SecurityExamination() {
  const { say } = useText();
  const query = useQuery({ queryKey: ['care', 'security'], queryFn: () => api.care.examineSecurity() });
  const found = query.data?.problems;
  return (
    <Panel
      title={say('health.security')}
      fact={found && <Chip tone={found.length > 0 ? 'care' : 'well'}>{found.length}</Chip>}
    >
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {found && <FindingRows findings={found} />}
    </Panel>
  );
}

/** Everything that the data promises; asked for, since it reads every file. */
export function DataExamination() {
  const { say } = useText();
  const query = useQuery({ queryKey: ['care', 'data'], queryFn: () => api.care.examine(), enabled: false, gcTime: 0 });
  return (
    <Panel
      title={say('health.data')}
      fact={
        query.data && (
          <Chip tone={query.data.problems.length > 0 ? 'care' : 'well'}>
            {say('health.examined', { plugins: query.data.plugins, processes: query.data.processes })}
          </Chip>
        )
      }
      aside={
        <Button size="compact-sm" variant="default" loading={query.isFetching} onClick={() => void query.refetch()}>
          {say('health.examine')}
        </Button>
      }
    >
      {query.error && <Failure error={query.error} />}
      {query.data ? <FindingRows findings={query.data.problems} /> : <PanelEmpty>{say('health.dataMeans')}</PanelEmpty>}
    </Panel>
  );
}
