import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { RunStep } from '../../api/types.ts';
import { useText } from '../../text/index.tsx';
import { StepLog } from './step-log.tsx';
import classes from './step-pane.module.css';

const views = ['log', 'outputs'] as const;

/** What one step said and gave. */
export function StepPane({ runId, step }: { readonly runId: string; readonly step: RunStep }) {
  const { say } = useText();
  const [view, setView] = useState<(typeof views)[number]>('log');
  const given = Object.entries(step.outputs);
  const switcher = (
    <>
      <h2>{step.activity}</h2>
      <span className={classes['note']}>
        {step.stepType ?? step.type} {step.pluginVersion ?? ''}
      </span>
      <SegmentedControl
        aria-label={say('runs.pane')}
        value={view}
        onChange={(next) => setView(next as typeof view)}
        data={[
          { value: 'log', label: say('runs.log') },
          { value: 'outputs', label: `${say('runs.outputs')} ${given.length}` },
        ]}
      />
    </>
  );
  return (
    <section className={classes['pane']} aria-label={say('runs.paneOf', { step: step.activity })}>
      {view === 'log' ? (
        <StepLog runId={runId} stepId={step.id} size={step.logBytes} head={switcher} />
      ) : (
        <>
          <div className={classes['head']}>{switcher}</div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
          <div className={classes['body']} tabIndex={0}>
            <dl className={classes['values']}>
              {given.map(([name, value]) => (
                <div key={name} style={{ display: 'contents' }}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </div>
        </>
      )}
    </section>
  );
}
