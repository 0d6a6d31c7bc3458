import { Button, SegmentedControl } from '@mantine/core';
import IconCheck from '@tabler/icons-react/icons/IconCheck';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { PlanEntryDetail, PlanHeader } from '../../api/types.ts';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { ProblemList } from '../../parts/problem-list.tsx';
import { useText } from '../../text/index.tsx';
import { EntryGraph, type GraphView, graphViews } from './entry-graph.tsx';
import classes from './entry-review.module.css';
import { QuestionCard } from './question-card.tsx';
import { UseDifference } from './use-difference.tsx';

interface EntryProperties {
  readonly plan: PlanHeader;
  readonly processId: string;
  readonly looked: boolean;
  readonly toggleLooked: () => void;
}

/** One process of a plan: what it asks, its graph, and each step and value before and after, with reason and rule. */
export function EntryReview({ plan, processId, looked, toggleLooked }: EntryProperties) {
  const [view, setView] = useState<GraphView>('overlay');
  const query = useQuery({
    queryKey: ['plans', 'entry', plan.id, processId],
    queryFn: () => api.plans.showEntry({ params: { id: plan.id, process: processId } }),
    placeholderData: keepPreviousData,
  });
  const questions = useQuery({
    queryKey: ['plans', 'questions', plan.id, 'of', processId],
    queryFn: () => api.plans.listQuestions({ params: { id: plan.id }, query: { process: processId, limit: 200 } }),
    placeholderData: keepPreviousData,
  });
  if (query.error && !query.data) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  const { plan: change } = query.data;
  return (
    <article className={classes['stack']} data-process={processId}>
      <Head detail={query.data} view={view} show={setView} looked={looked} toggleLooked={toggleLooked} />
      <EntryGraph detail={query.data} view={view} />
      {questions.error && <Failure error={questions.error} />}
      {questions.data?.items.map((asked) => (
        <QuestionCard key={`${asked.question.id} ${asked.answer}`} plan={plan} asked={asked} />
      ))}
      <ProblemList problems={change.warnings} />
      {change.uses.map((use) => (
        <UseDifference key={use.path.join('.')} use={use} />
      ))}
    </article>
  );
}

interface HeadProperties {
  readonly detail: PlanEntryDetail;
  readonly view: GraphView;
  readonly show: (view: GraphView) => void;
  readonly looked: boolean;
  readonly toggleLooked: () => void;
}

function Head({ detail: { entry }, view, show, looked, toggleLooked }: HeadProperties) {
  const { say } = useText();
  const name = entry.owner ? `${entry.owner} / ${entry.name}` : entry.name;
  return (
    <div className={classes['head']}>
      <h2>
        <Link to="/processes/$id" params={{ id: entry.processId }}>
          {name}
        </Link>
      </h2>
      <span className={classes['note']}>
        {say(`processes.kind.${entry.kind}`)} · {say('plan.baseVersion', { version: entry.baseVersion })}
      </span>
      <span className={classes['acts']}>
        <SegmentedControl
          aria-label={say('plan.graphView')}
          value={view}
          onChange={(next) => show(next as GraphView)}
          data={graphViews.map((value) => ({ value, label: say(`plan.graphView.${value}`) }))}
        />
        <Button
          size="compact-sm"
          variant={looked ? 'light' : 'default'}
          {...(looked && { color: 'green' })}
          leftSection={looked ? <IconCheck size={14} stroke={2} aria-hidden /> : undefined}
          aria-pressed={looked}
          aria-keyshortcuts="v"
          onClick={toggleLooked}
        >
          {say('plan.lookedAt')}
        </Button>
      </span>
    </div>
  );
}
