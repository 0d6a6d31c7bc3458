import type { Kysely, Selectable } from 'kysely';
import { LockstepError, type Problem } from '../../failure/index.ts';
import type { PlanState, PlanTable, Tables } from '../../store/index.ts';
import type { Answers, Plan, PlanOptions, PlanTotals } from '../../upgrade/index.ts';
import { rowId } from '../row-id.ts';
import { type PlanRollout, rolloutOf } from './plan-rollout.ts';

/** A stored plan without its processes: small however many it touches. */
export interface PlanSummary {
  readonly id: string;
  readonly plugin: { readonly id: string; readonly name: string };
  /** The plugin whose uses go over to `plugin`, where that is another one [SUCC-1]. */
  readonly succeeds?: { readonly id: string; readonly name: string };
  readonly from: readonly number[];
  readonly to: number;
  /** The plugin's version as installed; active again after an undo is `formerVersion`. */
  readonly version: string;
  readonly formerVersion: string | null;
  readonly state: PlanState;
  readonly options: PlanOptions;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly changedAt: string;
  /** What it would do with its answers so far [ASK-3]. */
  readonly totals: PlanTotals;
  /** As it was made, before any answer; left out while there is none. */
  readonly made?: PlanTotals;
  readonly groups: readonly PlanGroupSummary[];
  readonly problems: readonly Problem[];
  /** What was answered so far. */
  readonly answers: Answers;
  readonly course: PlanRollout;
}

export interface PlanGroupSummary {
  readonly id: string;
  readonly title: string;
  readonly count: number;
}

/** What `plan.header` holds. */
export type StoredHeader = Pick<Plan, 'plugin' | 'succeeds' | 'from' | 'to' | 'options' | 'totals' | 'problems'> & {
  /** As it was made, before any answer; left out while there is none. */
  readonly made?: PlanTotals;
  readonly groups: readonly PlanGroupSummary[];
};

export type PlanRow = Selectable<PlanTable>;

export function planSummary(row: PlanRow): PlanSummary {
  return {
    id: String(row.id),
    ...(JSON.parse(row.header) as StoredHeader),
    version: row.version,
    formerVersion: row.former_version,
    state: row.state,
    createdAt: row.created_at,
    createdBy: row.created_by,
    changedAt: row.changed_at,
    answers: JSON.parse(row.answers),
    course: rolloutOf(row),
  };
}

export async function planRow(db: Kysely<Tables>, id: string): Promise<PlanRow> {
  const row = await db.selectFrom('plan').selectAll().where('id', '=', rowId(id)).executeTakeFirst();
  if (row) return row;
  throw new LockstepError('plan-not-found', `There is no plan ${id}.`, { hint: '`lockstep upgrade list` shows them.' });
}
