import { sql } from 'kysely';
import type { Catalogue } from '../catalogue.ts';
import { planRow } from './plan-summary.ts';

/** What became of one wave of a plan; `wave` null: what was applied without one, or waits. */
export interface WaveReport {
  readonly wave: string | null;
  readonly processes: {
    readonly applied: number;
    readonly skipped: number;
    /** Edited since planning and asking something new. */
    readonly open: number;
    readonly pending: number;
    readonly undone: number;
    readonly conflict: number;
  };
  /** Runs that have ended since, of the versions that this wave made or later ones. */
  readonly runs: { readonly succeeded: number; readonly failed: number };
}

/** A plan's waves by name, each with its processes and how their runs have gone since. */
export async function waveReports({ store }: Catalogue, planId: string): Promise<WaveReport[]> {
  const plan = await planRow(store.db, planId);
  const states = await store.db
    .selectFrom('plan_process')
    .select(['wave', 'state'])
    .select(sql<number>`count(*)`.as('n'))
    .where('plan_id', '=', plan.id)
    .groupBy(['wave', 'state'])
    .execute();
  const ended = await store.db
    .selectFrom('plan_process')
    .innerJoin('run', 'run.process_id', 'plan_process.process_id')
    .select(['plan_process.wave', 'run.status'])
    .select(sql<number>`count(*)`.as('n'))
    .where('plan_id', '=', plan.id)
    .where('plan_process.state', '=', 'applied')
    .whereRef('run.process_version', '>=', 'plan_process.result_version')
    .where('run.status', 'in', ['success', 'failure'])
    .groupBy(['plan_process.wave', 'run.status'])
    .execute();
  const names = [...new Set(states.map(({ wave }) => wave))].sort((a, b) =>
    (a ?? '\uffff').localeCompare(b ?? '\uffff'),
  );
  return names.map((wave) => {
    const inState = (state: string) => Number(states.find((row) => row.wave === wave && row.state === state)?.n ?? 0);
    const runsOf = (status: string) => Number(ended.find((row) => row.wave === wave && row.status === status)?.n ?? 0);
    return {
      wave,
      processes: {
        applied: inState('applied'),
        skipped: inState('skipped'),
        open: inState('open'),
        pending: inState('pending'),
        undone: inState('undone'),
        conflict: inState('conflict'),
      },
      runs: { succeeded: runsOf('success'), failed: runsOf('failure') },
    };
  });
}
