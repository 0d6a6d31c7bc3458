import { Button, SegmentedControl, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import type { RunDetail, RunStep } from '../../api/types.ts';
import { Bleed } from '../../parts/bleed.tsx';
import { Chip } from '../../parts/chip.tsx';
import { confirm } from '../../parts/confirm.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useNow } from '../../parts/now.ts';
import { usePageName } from '../../parts/page-name.ts';
import { duration } from '../../parts/time-words.ts';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { RunArtefacts } from './run-artefacts.tsx';
import { RunGraph } from './run-graph.tsx';
import classes from './run-page.module.css';
import { RunTimeline } from './run-timeline.tsx';
import { runTone } from './run-tone.ts';
import { RunWaits } from './run-waits.tsx';
import { StepPane } from './step-pane.tsx';

const over = new Set(['succeeded', 'failed', 'cancelled']);
const views = ['timeline', 'graph'] as const;

/** One run: its steps in time or on the graph, and beside them what a chosen step said and gave. */
export default function RunPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({
    queryKey: ['runs', 'one', id],
    queryFn: () => api.runs.showRun({ params: { id } }),
    refetchInterval: ({ state }) => (state.data && over.has(state.data.state) ? false : 2_000),
  });
  usePageName(query.data?.processName ?? null);
  if (query.error && !query.data) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return query.data ? <Shown run={query.data} /> : <Loading />;
}

function Shown({ run }: { readonly run: RunDetail }) {
  const client = useQueryClient();
  const search = useSearch({ strict: false }) as Readonly<Record<string, unknown>>;
  const navigate = useNavigate();
  const view = views.find((one) => one === search['view']) ?? 'timeline';
  const chosen = search['step'] === undefined ? null : String(search['step']);
  const go = (next: { readonly view?: string; readonly step?: string }): void => {
    const { view: shown, ...others } = { ...search, ...next };
    const wanted = { ...others, ...(shown === 'timeline' ? {} : { view: shown }) };
    void navigate({ to: '/runs/$id', params: { id: run.id }, search: wanted as never, replace: true });
  };
  const setChosen = (id: string): void => go({ step: id });
  const readAgain = () => client.invalidateQueries({ queryKey: ['runs'] });
  const retry = useMutation({
    mutationFn: (from?: string) => api.runs.retryRun({ params: { id: run.id }, body: { step: from } }),
    onSettled: readAgain,
  });
  const step = run.stepList.find(({ id }) => id === (chosen ?? worthLooking(run)?.id)) ?? null;
  return (
    <Bleed>
      <Head
        run={run}
        view={view}
        show={(next) => go({ view: next })}
        retry={() => retry.mutate(undefined)}
        retrying={retry.isPending}
      />
      <RunWaits waits={run.waits} />
      {retry.error && <Failure error={retry.error} />}
      <div className={classes['body']}>
        {view === 'graph' ? (
          <RunGraph run={run} open={step?.id ?? null} choose={setChosen} />
        ) : (
          <RunTimeline run={run} open={step?.id ?? null} choose={setChosen} retry={(from) => retry.mutate(from)} />
        )}
        <RunArtefacts run={run} />
      </div>
      {step && <StepPane key={step.id} runId={run.id} step={step} />}
    </Bleed>
  );
}

/** What failed, else what is under way: one looks at that first. */
function worthLooking({ stepList }: RunDetail): RunStep | undefined {
  return (
    stepList.findLast(({ state, logBytes }) => (state === 'failed' || state === 'uncertain') && logBytes > 0) ??
    stepList.findLast(({ state, logBytes }) => state === 'running' && logBytes > 0)
  );
}

interface HeadProperties {
  readonly run: RunDetail;
  readonly view: (typeof views)[number];
  readonly show: (view: (typeof views)[number]) => void;
  readonly retry: () => void;
  readonly retrying: boolean;
}

function Head({ run, view, show, retry, retrying }: HeadProperties) {
  const { say, locale } = useText();
  const { may } = useSession();
  const client = useQueryClient();
  const now = useNow();
  const cancel = useMutation({
    mutationFn: () => api.runs.cancelRun({ params: { id: run.id } }),
    onSettled: () => client.invalidateQueries({ queryKey: ['runs'] }),
  });
  const took = (run.endedAt ? Date.parse(run.endedAt) : now) - Date.parse(run.startedAt ?? run.requestedAt);
  const askToCancel = async (): Promise<void> => {
    const sure = await confirm({
      title: say('runs.cancel'),
      sentence: say('runs.cancelSentence', { name: run.processName, left: run.steps - run.stepsDone }),
      act: say('runs.cancel'),
      danger: true,
    });
    if (sure) cancel.mutate();
  };
  return (
    <div className={classes['head']}>
      <div>
        <div className={classes['title']}>
          <Title order={1}>{run.processName}</Title>
          <span role="status">
            <Chip tone={runTone(run.state)}>{say(`run.state.${run.state}`)}</Chip>
          </span>
        </div>
        <div className={classes['note']}>
          <Link to="/processes/$id" params={{ id: run.processId }}>
            {say('runs.ofVersion', { version: run.processVersion })}
          </Link>
          {' · '}
          {say('runs.askedBy', { by: run.requestedBy })} <Moment at={run.requestedAt} />
          {' · '}
          <span data-changing="">{duration(took, locale)}</span>
        </div>
        {run.reason && (
          <div role="alert" className={classes['reason']} lang="en">
            {run.reason}
          </div>
        )}
      </div>
      <div className={classes['acts']}>
        <SegmentedControl
          aria-label={say('runs.view')}
          value={view}
          onChange={(next) => show(next as typeof view)}
          data={views.map((value) => ({ value, label: say(`runs.view.${value}`) }))}
        />
        {may('process-run') && !over.has(run.state) && (
          <Button variant="default" loading={cancel.isPending} onClick={() => void askToCancel()}>
            {say('runs.cancelDots')}
          </Button>
        )}
        {may('process-run') && run.state === 'failed' && (
          <Button loading={retrying} onClick={retry}>
            {say('runs.retry')}
          </Button>
        )}
      </div>
      {cancel.error && <Failure error={cancel.error} />}
    </div>
  );
}
