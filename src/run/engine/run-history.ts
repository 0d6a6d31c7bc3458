import type { StoreTransaction } from '../../store/index.ts';
import type { Happening } from '../run-state.ts';

/** Appends to a run's history; the run's own counter gives the numbers. */
export async function appendHistory(
  tx: StoreTransaction,
  runId: string,
  happened: readonly Happening[],
  at: string,
): Promise<void> {
  if (happened.length === 0) return;
  const row = await tx.db
    .updateTable('run')
    .set((set) => ({ events: set('events', '+', happened.length) }))
    .where('run_id', '=', runId)
    .returning('events')
    .executeTakeFirstOrThrow();
  const first = Number(row.events) - happened.length;
  await tx.db
    .insertInto('run_event')
    .values(
      happened.map(({ type, activity, ...detail }, index) => ({
        run_id: runId,
        seq: first + index + 1,
        at,
        type,
        activity: activity ?? null,
        detail: JSON.stringify(detail),
      })),
    )
    .execute();
}
