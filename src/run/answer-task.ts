import { LockstepError } from '../failure/index.ts';
import type { Engine } from './engine.ts';
import type { RunState } from './run-state.ts';
import { runRow } from './run-view.ts';

export interface TaskAnswer {
  readonly by: string;
  readonly outcome: 'success' | 'failure' | 'repeat';
  readonly values?: Readonly<Record<string, string>>;
}

/** Answers a manual task, or says what became of an uncertain step. Throws `run-state` where nothing waits for that. */
export async function answerTask(
  engine: Engine,
  runId: string,
  key: string,
  { by, outcome, values = {} }: TaskAnswer,
): Promise<void> {
  const { store, now } = engine.options;
  const state = JSON.parse((await runRow(store, runId)).state) as RunState;
  const activity = state.activities[key];
  if (activity?.state === 'uncertain') {
    const event = { type: 'uncertaintyAnswered', key, answer: outcome, by } as const;
    const ended = { repeat: 'lost', success: 'succeeded', failure: 'failed' } as const;
    await engine.send(runId, [event], async (tx) => {
      const changed = await tx.db
        .updateTable('run_step')
        .set({ state: ended[outcome], ended_at: now().toISOString() })
        .where('run_id', '=', runId)
        .where('activity', '=', key)
        .where('state', '=', 'uncertain')
        .executeTakeFirst();
      return Number(changed.numUpdatedRows) > 0;
    });
  } else if (activity?.state === 'asking' && outcome !== 'repeat')
    await engine.send(runId, [{ type: 'taskAnswered', key, outcome, outputs: values, by }]);
  else
    throw new LockstepError('run-state', `"${key}" does not wait for that answer.`, {
      hint: '`lockstep run show` tells what the run waits for.',
    });
}
