import type { PlanProcessState } from '../../store/index.ts';
import type { Plan, PlannedProcess, Question } from '../../upgrade/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { planEntries } from './plan-entries.ts';
import { type PlanSummary, planRow, planSummary } from './plan-summary.ts';

/** One process of a plan with what became of it. */
export interface PlanEntry extends Omit<PlannedProcess, 'asked'> {
  readonly asked: readonly Question[];
  readonly state: PlanProcessState;
  readonly wave: string | null;
  /** The versions that applying and undoing made. */
  readonly resultVersion: number | null;
  readonly undoVersion: number | null;
  /** It was edited after planning and planned again [DO-4]. */
  readonly replanned: boolean;
}

export interface PlanEntryFilter {
  readonly group?: string;
  readonly state?: PlanProcessState;
  /** Only processes that ask something. */
  readonly asking?: boolean;
  /** `next` of the page before. */
  readonly after?: string;
  /** At most this many (default 200). */
  readonly limit?: number;
}

/** Plans, newest first. */
export async function listPlans(
  { store }: Catalogue,
  { plugin, limit = 100 }: { readonly plugin?: string; readonly limit?: number } = {},
): Promise<PlanSummary[]> {
  let query = store.db
    .selectFrom('plan')
    .selectAll()
    .where('state', '!=', 'planning')
    .orderBy('id', 'desc')
    .limit(limit);
  if (plugin !== undefined) query = query.where('plugin_id', '=', plugin);
  return (await query.execute()).map(planSummary);
}

/** A plan without its processes. */
export async function showPlan({ store }: Catalogue, id: string): Promise<PlanSummary> {
  return planSummary(await planRow(store.db, id));
}

/** A page of a plan's processes, in the order of their ids. */
export async function listPlanEntries(
  { store }: Catalogue,
  id: string,
  { group, state, asking, after, limit = 200 }: PlanEntryFilter = {},
): Promise<{ readonly entries: readonly PlanEntry[]; readonly next: string | null }> {
  const plan = await planRow(store.db, id);
  let query = planEntries(store.db, plan.id)
    .select(['plan_process.process_id', 'state', 'wave', 'result_version', 'undo_version', 'replanned', 'detail'])
    .orderBy('plan_process.process_id')
    .limit(limit);
  if (group !== undefined) query = query.where('group_id', '=', group);
  if (state !== undefined) query = query.where('state', '=', state);
  if (asking) query = query.where('questions', '>', 0);
  if (after !== undefined) query = query.where('plan_process.process_id', '>', Number(after));
  const rows = await query.execute();
  return {
    entries: rows.map((row) => ({
      ...(JSON.parse(row.detail) as PlannedProcess),
      state: row.state,
      wave: row.wave,
      resultVersion: row.result_version,
      undoVersion: row.undo_version,
      replanned: row.replanned === 1,
    })),
    next: rows.length === limit ? String(rows.at(-1)!.process_id) : null,
  };
}

/** The whole plan as one value, to be printed, sent or compared; for very large plans read it page by page instead. */
export async function getPlan(
  catalogue: Catalogue,
  id: string,
): Promise<Plan & Pick<PlanSummary, 'state' | 'answers'>> {
  const summary = await showPlan(catalogue, id);
  const entries: PlanEntry[] = [];
  for (let after: string | undefined; ; ) {
    const page = await listPlanEntries(catalogue, id, { limit: 1000, ...(after !== undefined && { after }) });
    entries.push(...page.entries);
    if (page.next === null) break;
    after = page.next;
  }
  const members = new Map<string, string[]>();
  for (const { group, process } of entries) {
    const list = members.get(group);
    if (list) list.push(process.id);
    else members.set(group, [process.id]);
  }
  return {
    format: 'lockstep-plan/1',
    id: summary.id,
    plugin: summary.plugin,
    ...(summary.succeeds && { succeeds: summary.succeeds }),
    from: summary.from,
    to: summary.to,
    options: summary.options,
    createdAt: summary.createdAt,
    createdBy: summary.createdBy,
    totals: summary.totals,
    groups: summary.groups.map(({ id: group, title }) => ({ id: group, title, processes: members.get(group) ?? [] })),
    processes: entries.map(processPlanOf),
    questions: entries.flatMap(({ asked }) => asked),
    problems: summary.problems,
    state: summary.state,
    answers: summary.answers,
  };
}

function processPlanOf({
  process,
  baseVersion,
  group,
  uses,
  graph,
  questions,
  warnings,
}: PlanEntry): Plan['processes'][number] {
  return { process, baseVersion, group, uses, graph, questions, warnings };
}
