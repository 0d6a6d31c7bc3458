import { tracingChannel } from 'node:diagnostics_channel';
import { applyOutcome, type Catalogue, joinPlan, undoOutcome, undoPlan } from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import { type Clock, type Ports, system } from '../../ports/index.ts';
import type { Answers } from '../../upgrade/index.ts';
import type { OperationReport } from '../operations/operations.ts';
import { traceHeaders } from '../telemetry/trace-carrier.ts';
import { isPassing } from './passing-error.ts';
import type { WorkHandler, WorkQueue } from './work-queue.ts';

const traced = tracingChannel('lockstep:plan.share');

/** One server's part in applying or undoing a plan. Each takes chunk after chunk that nobody else holds, to the end. */
export interface PlanShare {
  readonly plan: string;
  readonly direction: 'apply' | 'undo';
  /** To the questions of undoing; those of applying are kept with the plan as it begins. */
  readonly answers?: Answers;
  /** Only this wave is undone. */
  readonly wave?: string;
  /** In the words of whoever undoes. */
  readonly why?: string;
  readonly by: string;
  /** The trace of whoever asked, for whoever does it. */
  readonly traceparent?: string;
}

/** More than servers, so that whoever is idle finds one; a share that comes late finds nothing to do and ends. */
const shares = 8;

/**
 * Lets all servers apply a plan that was begun, or undo one, and answers when it is done. Progress is what the database says. Should this
 * server die, the shares go on without it.
 */
export async function sharePlan(
  queue: WorkQueue,
  catalogue: Catalogue,
  share: PlanShare,
  report: OperationReport,
  stopping: AbortSignal,
  { clock, random }: Pick<Ports, 'clock' | 'random'> = system,
): Promise<unknown> {
  const key = `plan-${share.plan}`;
  // what was given up or stopped before must not be taken for the outcome of this one
  const attempt = `${key}-${random.uuid()}`;
  const { vault } = catalogue.store;
  const { answers, ...rest } = share;
  // the queue lies in the database too
  const sealed = vault && answers ? { sealed: vault.seal(JSON.stringify(answers)) } : {};
  const pieces = Array.from({ length: share.direction === 'apply' ? shares : 1 }, () => ({
    ...rest,
    ...sealed,
    ...traceHeaders(),
  }));
  await queue.add('plan', attempt, pieces);
  try {
    await followShares(queue, catalogue, share, attempt, report, clock);
  } catch (error) {
    // a server that stops leaves its work to the others
    if (report.signal.aborted && !stopping.aborted) await queue.cancel('plan', attempt);
    throw error;
  }
  return share.direction === 'apply'
    ? applyOutcome(catalogue, share.plan)
    : undoOutcome(catalogue, share.plan, share.wave);
}

async function followShares(
  queue: WorkQueue,
  { store }: Catalogue,
  { plan, direction }: PlanShare,
  attempt: string,
  report: OperationReport,
  clock: Clock,
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
    await clock.wait(300, report.signal).catch(() => {});
  }
}

/** What a server does with a share. Errors that will pass are thrown, so that the share is tried again. */
export function planShareHandler(
  catalogueOf: (user: string) => Catalogue,
  ended: (plan: string, direction: PlanShare['direction'], by: string) => Promise<void>,
): WorkHandler {
  return async ({ data, signal }) => {
    const { plan, direction, sealed, wave, why, by, traceparent } = data as PlanShare & { readonly sealed?: string };
    const catalogue = catalogueOf(by);
    const { vault } = catalogue.store;
    const answers = sealed === undefined || !vault ? {} : (JSON.parse(vault.open(sealed)) as Answers);
    const act = async (): Promise<unknown> =>
      direction === 'apply'
        ? joinPlan(catalogue, plan, { signal })
        : undoPlan(catalogue, plan, {
            ...{ answers, signal },
            ...(wave !== undefined && { wave }),
            ...(why !== undefined && { why }),
          });
    try {
      // what came of it is in the tables
      await traced.tracePromise(act, {
        plan,
        direction,
        traceparent,
      });
    } finally {
      await ended(plan, direction, by).catch(() => {});
    }
  };
}
