import { type Kysely, sql } from 'kysely';
import type { PlanProcessState, PlanState, StoreTransaction, Tables } from '../../store/index.ts';
import type { Answers } from '../../upgrade/index.ts';
import { recordActivity } from '../activity.ts';
import type { Catalogue } from '../catalogue.ts';
import type { PlanRollout } from './plan-rollout.ts';
import { type PlanRow, planRow, planSummary } from './plan-summary.ts';

export interface PlanMove {
  /** What the activity calls it; nothing is written there without. */
  readonly action?: string;
  readonly answers?: Answers;
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly rollout?: PlanRollout;
}

/** Moves a plan on in its journal: planned → applying ⇄ paused → applied | undoing → undone. */
export async function movePlan(
  db: Kysely<Tables>,
  catalogue: Catalogue,
  plan: PlanRow,
  state: PlanState,
  { action, answers, detail, rollout }: PlanMove = {},
): Promise<void> {
  await db
    .updateTable('plan')
    .set({
      state,
      changed_at: catalogue.now(),
      ...(answers && { answers: JSON.stringify(answers) }),
      ...(rollout && { course: JSON.stringify(rollout) }),
    })
    .where('id', '=', plan.id)
    .execute();
  if (!action) return;
  const { plugin, to } = planSummary(plan);
  await recordActivity(db, catalogue, {
    action,
    subject: { kind: 'plan', id: String(plan.id), name: `${plugin.name} to ${to}` },
    detail: { plugin: plugin.id, to, ...detail },
  });
}

/** How many of a plan's processes are in each state. */
export async function countStates(db: Kysely<Tables>, planId: number): Promise<Record<PlanProcessState, number>> {
  const counts = { pending: 0, open: 0, applied: 0, skipped: 0, undone: 0, conflict: 0 };
  const rows = await db
    .selectFrom('plan_process')
    .select('state')
    .select(sql<number>`count(*)`.as('n'))
    .where('plan_id', '=', planId)
    .groupBy('state')
    .execute();
  for (const { state, n } of rows) counts[state] = n;
  return counts;
}

/** The plan's row, locked against another server's move where several share a database. */
export async function lockedPlan(
  { db, shared }: Pick<StoreTransaction, 'db' | 'shared'>,
  id: string,
): Promise<PlanRow> {
  const row = await planRow(db, id);
  if (!shared) return row;
  return db.selectFrom('plan').selectAll().where('id', '=', row.id).forUpdate().executeTakeFirstOrThrow();
}
