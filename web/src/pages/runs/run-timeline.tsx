import { Button } from '@mantine/core';
import type { RunDetail, RunStep } from '../../api/types.ts';
import { Chip, Dot } from '../../parts/chip.tsx';
import { useNow } from '../../parts/now.ts';
import { duration } from '../../parts/time-words.ts';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { ManualTask } from './manual-task.tsx';
import classes from './run-timeline.module.css';
import { runTone } from './run-tone.ts';
import { ticksOf } from './ticks-of.ts';

interface TimelineProperties {
  readonly run: RunDetail;
  readonly open: string | null;
  readonly choose: (step: string) => void;
  readonly retry: (step: string) => void;
}

/** Every step as a bar in the time of the run, with how long it took, who did it, and at which try. */
export function RunTimeline({ run, open, choose, retry }: TimelineProperties) {
  const { say, locale } = useText();
  const now = useNow();
  const first = Date.parse(run.startedAt ?? run.requestedAt);
  const times = run.stepList.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt]);
  const ends = times.flatMap((time) => (time === null ? [] : [Date.parse(time)]));
  const last = Math.max(first + 1, ...ends, ...(run.endedAt === null ? [now] : []));
  const length = last - first;
  return (
    <div className={classes['timeline']}>
      <div className={classes['axis']} aria-hidden="true">
        <span>{say('runs.step')}</span>
        <span className={classes['ticks']} data-changing="">
          {ticksOf(length).map((tick) => (
            <span key={tick} style={{ left: `${(100 * tick) / length}%` }}>
              {tick === 0 ? '0' : `+${duration(tick, locale)}`}
            </span>
          ))}
        </span>
        <span>{say('runs.took')}</span>
      </div>
      {run.stepList.map((step) => (
        <StepRow
          key={step.id}
          run={run}
          step={step}
          first={first}
          length={length}
          now={now}
          open={open === step.id}
          choose={choose}
          retry={retry}
        />
      ))}
    </div>
  );
}

interface RowProperties {
  readonly run: RunDetail;
  readonly step: RunStep;
  readonly first: number;
  readonly length: number;
  readonly now: number;
  readonly open: boolean;
  readonly choose: (step: string) => void;
  readonly retry: (step: string) => void;
}

function StepRow({ run, step, first, length, now, open, choose, retry }: RowProperties) {
  const { say, locale } = useText();
  const { may } = useSession();
  const from = step.startedAt === null ? null : Date.parse(step.startedAt);
  const to = step.endedAt === null ? now : Date.parse(step.endedAt);
  const share = (ms: number): number => Math.min(100, Math.max(0, (100 * ms) / length));
  return (
    <div className={classes['row']} data-step={step.activity} data-open={open} data-row="">
      <div className={classes['name']} style={{ paddingLeft: 14 * (step.id.split('/').length - 1) }}>
        <Dot tone={runTone(step.state)} />
        <button
          type="button"
          className={classes['open']}
          aria-pressed={open}
          aria-label={say('runs.logOf', { step: step.activity })}
          onClick={() => choose(step.id)}
        >
          {step.activity} {step.turn}
        </button>
        <span className={classes['note']}>
          {step.agent && <span data-changing="">{step.agent}</span>}
          {step.attempt > 1 && ` · ${say('runs.try', { number: step.attempt })}`}
        </span>
      </div>
      <div className={classes['track']}>
        {from !== null && (
          <i
            className={classes['bar']}
            data-tone={runTone(step.state)}
            data-changing=""
            style={{ left: `${Math.min(99, share(from - first))}%`, width: `${Math.max(1, share(to - from))}%` }}
          />
        )}
      </div>
      <div className={classes['took']} data-changing="">
        {from === null ? '' : duration(Math.max(0, to - from), locale)}
      </div>
      <div className={classes['more']}>
        <Chip tone={runTone(step.state)}>{say(`step.state.${step.state}`)}</Chip>
        {step.reason && <span lang="en">{step.reason}</span>}
        {(step.state === 'failed' || step.state === 'uncertain') && may('process-run') && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={say('runs.retryFrom', { step: step.activity })}
            onClick={() => retry(step.id)}
          >
            {say('runs.retryHere')}
          </Button>
        )}
        {step.state === 'asking' && may('process-run') && <ManualTask runId={run.id} step={step} />}
      </div>
    </div>
  );
}
