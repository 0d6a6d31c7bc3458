/** What all who took part in a plan have brought about together, by the tables: one server's memory knows its part only. */

import type { PlanProcessState } from '../../store/index.ts';
import { openQuestions, type PlannedProcess } from '../../upgrade/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { shownName } from '../process/shown-name.ts';
import { activeAgain } from './active-again.ts';
import { type ApplyResult, countBelow } from './apply-plan.ts';
import { planEntries } from './plan-entries.ts';
import { countStates } from './plan-journal.ts';
import { type PlanRow, planRow, planSummary } from './plan-summary.ts';
import type { MergedProcess } from './undo-chunk.ts';
import { decideUndo, undoable, undoDecisions, undoRules } from './undo-decision.ts';
import { refuseOvertaken, type UndoResult } from './undo-plan.ts';

/** As `applyPlan` answers, for the plan as a whole. */
export async function applyOutcome(catalogue: Catalogue, id: string): Promise<ApplyResult> {
  const { db } = catalogue.store;
  const plan = planSummary(await planRow(db, id));
  const counts = await countStates(db, Number(id));
  const replanned = await db
    .selectFrom('plan_process')
    .innerJoin('process', 'process.id', 'plan_process.process_id')
    .select(['process.id', shownName.as('name'), 'base_version'])
    .where('plan_id', '=', Number(id))
    .where('replanned', '=', 1)
    .where('state', '!=', 'open')
    .orderBy('process.id')
    .execute();
  return {
    plan,
    applied: counts.applied,
    skipped: counts.skipped,
    // the version that was planned first is not kept
    replanned: replanned.map((row) => ({
      id: String(row.id),
      name: row.name,
      planned: null,
      found: row.base_version,
    })),
    open: await asking(catalogue, id, 'open'),
    stopped: plan.state === 'paused' ? (plan.course.pause?.rate ?? null) : null,
    remaining: counts.pending + counts.open,
    stillBelow: await countBelow(catalogue, plan),
  };
}

/** As `undoPlan` answers. */
export async function undoOutcome(catalogue: Catalogue, id: string, wave?: string): Promise<UndoResult> {
  const { db } = catalogue.store;
  const plan = await planRow(db, id);
  const { undone } = await countStates(db, plan.id);
  const merged = await mergedSince(catalogue, plan);
  return {
    plan: planSummary(plan),
    activeAgain: await activeAgain(db, plan, wave),
    restored: undone - merged.length,
    merged,
    conflicts: await conflicts(catalogue, id),
  };
}

/** What was edited before it was taken back, with what stays: whichever server did it, it is decided the same way once more. */
async function mergedSince({ store: { db } }: Catalogue, plan: PlanRow): Promise<MergedProcess[]> {
  const rows = await undoable(db, 'as it was taken back')
    .innerJoin('process_version as made', (join) =>
      join.onRef('made.process_id', '=', 'process.id').onRef('made.version', '=', 'undo_version'),
    )
    .where('plan_process.plan_id', '=', plan.id)
    .where('state', '=', 'undone')
    .where('made.reason', '=', 'merged')
    .orderBy('process.id')
    .execute();
  const decisions = await decideUndo(db, plan, rows, JSON.parse(plan.answers), await undoRules(db, plan));
  return decisions.map(({ row: { id, name }, warnings }) => ({
    id: String(id),
    name,
    ...(warnings.length > 0 && { warnings }),
  }));
}

/** What undoing would do now to every process that is still to undo [DO-6]; refused where undoing is. */
export async function undoPreview(catalogue: Catalogue, id: string): Promise<UndoPreview> {
  const plan = await planRow(catalogue.store.db, id);
  if (plan.state !== 'undoing') await refuseOvertaken(catalogue, plan);
  const preview = { restored: 0, merged: [] as MergedProcess[], conflicts: [] as UndoConflict[] };
  for await (const decisions of undoDecisions(catalogue, plan, JSON.parse(plan.answers))) {
    for (const { row, state, reason, questions, warnings } of decisions) {
      const named = { id: String(row.id), name: row.name };
      if (state === 'conflict') preview.conflicts.push({ ...named, questions });
      else if (reason === 'merged') preview.merged.push({ ...named, ...(warnings.length > 0 && { warnings }) });
      else if (reason !== null) preview.restored += 1;
    }
  }
  return preview;
}

type UndoConflict = UndoResult['conflicts'][number];

/** Of what is still to undo. */
export type UndoPreview = Pick<UndoResult, 'restored' | 'merged' | 'conflicts'>;

async function conflicts(catalogue: Catalogue, id: string): Promise<UndoConflict[]> {
  const plan = await planRow(catalogue.store.db, id);
  const found: UndoConflict[] = [];
  for await (const decisions of undoDecisions(catalogue, plan, JSON.parse(plan.answers), ['conflict'])) {
    found.push(...decisions.map(({ row, questions }) => ({ id: String(row.id), name: row.name, questions })));
  }
  return found;
}

async function asking({ store }: Catalogue, id: string, state: PlanProcessState): Promise<ApplyResult['open']> {
  const { answers } = planSummary(await planRow(store.db, id));
  const rows = await planEntries(store.db, Number(id))
    .select('detail')
    .where('state', '=', state)
    .orderBy('plan_process.process_id')
    .execute();
  return rows.map(({ detail }) => {
    const { process, asked } = JSON.parse(detail) as PlannedProcess;
    return { id: process.id, name: process.name, questions: openQuestions({ questions: asked }, answers) };
  });
}
