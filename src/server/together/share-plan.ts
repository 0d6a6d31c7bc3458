import { setTimeout as pause } from 'node:timers/promises';
import { type ApplyResult, applyPlan, type Catalogue, showPlan, undoPlan } from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import type { Answers } from '../../upgrade/index.ts';
import type { OperationReport } from '../operation-book.ts';
import { isPassing } from './passing-error.ts';
import type { WorkHandler, WorkQueue } from './work-queue.ts';

/** One server's part in applying or undoing a plan. Each takes chunk after chunk that nobody else holds, to the end. */
export interface PlanShare {
  readonly plan: string;
  readonly direction: 'apply' | 'undo';
  readonly answers: Answers;
  readonly by: string;
}

/** More than servers, so that whoever is idle finds one; a share that comes late finds nothing to do and ends. */
const shares = 8;

/**
 * Lets all servers apply or undo a plan, and answers when it is done. Progress is what the database says. Should this
 * server die, the shares go on without it.
 */
export async function sharePlan(
  queue: WorkQueue,
  catalogue: Catalogue,
  share: PlanShare,
  report: OperationReport,
  stopping: AbortSignal,
): Promise<unknown> {
  const key = `plan-${share.plan}`;
  // what was given up or stopped before must not be taken for the outcome of this one
  const attempt = `${key}-${crypto.randomUUID()}`;
  const pieces = Array.from({ length: share.direction === 'apply' ? shares : 1 }, () => share);
  await queue.add('plan', attempt, pieces);
  try {
    await followShares(queue, catalogue, share, attempt, report);
  } catch (error) {
    // a server that stops leaves its work to the others
    if (report.signal.aborted && !stopping.aborted) await queue.cancel('plan', attempt);
    throw error;
  }
  return outcomeOf(catalogue, share);
}

async function followShares(
  queue: WorkQueue,
  { store }: Catalogue,
  { plan, direction }: PlanShare,
  attempt: string,
  report: OperationReport,
): Promise<void> {
  for (;;) {
    report.signal.throwIfAborted();
    try {
      const { pieces, failure } = await queue.outstanding('plan', attempt);
      if (failure) {
        await queue.cancel('plan', attempt);
        throw new LockstepError(failure.code as 'internal', failure.message, {
          ...(failure.hint !== null && { hint: failure.hint }),
        });
      }
      const rows = await store.db
        .selectFrom('plan_process')
        .select(['state', (is) => is.fn.countAll<number>().as('n')])
        .where('plan_id', '=', Number(plan))
        .groupBy('state')
        .execute();
      const count = (states: readonly string[]) =>
        rows.filter(({ state }) => states.includes(state)).reduce((sum, { n }) => sum + Number(n), 0);
      const total = rows.reduce((sum, { n }) => sum + Number(n), 0);
      report.progress(direction === 'apply' ? count(['applied', 'skipped']) : count(['undone']), total);
      if (pieces === 0) return;
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
    await pause(300, undefined, { signal: report.signal }).catch(() => {});
  }
}

/** What a server does with a share. Errors that will pass are thrown, so that the share is tried again. */
export function planShareHandler(
  catalogueOf: (user: string) => Catalogue,
  ended: (plan: string, direction: PlanShare['direction'], by: string) => Promise<void>,
): WorkHandler {
  return async ({ data, signal }) => {
    const { plan, direction, answers, by } = data as PlanShare;
    const catalogue = catalogueOf(by);
    try {
      if (direction === 'apply') await applyPlan(catalogue, plan, { answers, signal });
      else await undoPlan(catalogue, plan, { answers, signal });
    } finally {
      await ended(plan, direction, by).catch(() => {});
    }
  };
}

/** What all shares together brought about, in the words of `applyPlan`. */
async function outcomeOf(catalogue: Catalogue, { plan: id, direction }: PlanShare): Promise<unknown> {
  const plan = await showPlan(catalogue, id);
  const rows = await catalogue.store.db
    .selectFrom('plan_process')
    .innerJoin('process', 'process.id', 'plan_process.process_id')
    .select(['process.id', 'name', 'state', 'base_version', 'replanned', 'result_version'])
    .where('plan_id', '=', Number(id))
    .where((on) => on.or([on('replanned', '=', 1), on('state', 'in', ['open', 'conflict', 'pending'])]))
    .execute();
  const counts = await catalogue.store.db
    .selectFrom('plan_process')
    .select(['state', (is) => is.fn.countAll<number>().as('n')])
    .where('plan_id', '=', Number(id))
    .groupBy('state')
    .execute();
  const count = (state: string): number => Number(counts.find((row) => row.state === state)?.n ?? 0);
  const named = (rows_: typeof rows) => rows_.map(({ id: process, name }) => ({ id: String(process), name }));
  if (direction === 'undo') {
    return { plan, restored: count('undone'), conflicts: named(rows.filter(({ state }) => state === 'conflict')) };
  }
  return {
    plan,
    applied: count('applied'),
    skipped: count('skipped'),
    replanned: rows
      .filter(({ replanned }) => replanned === 1)
      .map((row) => ({ id: String(row.id), name: row.name, found: row.base_version })),
    open: named(rows.filter(({ state }) => state === 'open')),
    remaining: count('pending') + count('open'),
  } satisfies Partial<Record<keyof ApplyResult, unknown>>;
}
