import type { Generated } from 'kysely';
import type { PlanProcessState, PlanState } from './states.ts';

export interface PlanTable {
  id: Generated<number>;
  plugin_id: string;
  /** The target, as `plugin_version.version`. */
  version: string;
  /** Digest of the target at planning; another one means planning again. */
  digest: string;
  former_version: string | null;
  state: PlanState;
  /** JSON: the plan without its processes and its questions. */
  header: string;
  /** JSON: question id, group or `*` → answer. */
  answers: string;
  created_at: string;
  created_by: string;
  changed_at: string;
  /** JSON: the wave and the limit with which it is applied, and why it is paused; null for the whole plan at once. */
  course: string | null;
}

export interface PlanProcessTable {
  plan_id: number;
  process_id: number;
  base_version: number;
  group_id: string;
  state: PlanProcessState;
  /** How many it asks. */
  questions: number;
  /** The wave with which it was applied, or null. */
  wave: string | null;
  /** The version that applying made, and the one that undoing made. */
  result_version: number | null;
  undo_version: number | null;
  /** It had been edited and was planned again [DO-4]. */
  replanned: Generated<number>;
  /** Of `plan_work`; null where applying has to read the detail. */
  work_id: number | null;
}

export interface PlanDetailTable {
  plan_id: number;
  process_id: number;
  /** JSON of `PlannedProcess`. */
  detail: string;
}

/** What applying does, once for all processes of a plan that are built alike. */
export interface PlanWorkTable {
  plan_id: number;
  id: number;
  /** JSON: the uses without their values. */
  work: string;
}
