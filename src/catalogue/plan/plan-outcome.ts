/** What all who took part in a plan have brought about together, by the tables: one server's memory knows its part only. */

import { type ProcessDocument, parseTrustedJson } from '../../process/index.ts';
import type { PlanProcessState } from '../../store/index.ts';
import { openQuestions, type PlannedProcess, undoDocument } from '../../upgrade/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { type ApplyResult, countBelow } from './apply-plan.ts';
import { planEntries } from './plan-entries.ts';
import { countStates } from './plan-journal.ts';
import { planRow, planSummary } from './plan-summary.ts';
import { undoable } from './undo-chunk.ts';
import type { UndoResult } from './undo-plan.ts';

/** As `applyPlan` answers, for the plan as a whole. */
export async function applyOutcome(catalogue: Catalogue, id: string): Promise<ApplyResult> {
  const { db } = catalogue.store;
  const plan = planSummary(await planRow(db, id));
  const counts = await countStates(db, Number(id));
  const replanned = await db
    .selectFrom('plan_process')
    .innerJoin('process', 'process.id', 'plan_process.process_id')
    .select(['process.id', 'name', 'base_version'])
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
    stillBelow: await countBelow(catalogue, plan.plugin.id, plan.to),
  };
}

/** As `undoPlan` answers. */
export async function undoOutcome(catalogue: Catalogue, id: string): Promise<UndoResult> {
  const { db } = catalogue.store;
  const merged = await db
    .selectFrom('plan_process')
    .innerJoin('process', 'process.id', 'plan_process.process_id')
    .innerJoin('process_version', (join) =>
      join.onRef('process_version.process_id', '=', 'process.id').onRef('process_version.version', '=', 'undo_version'),
    )
    .select(['process.id', 'process.name'])
    .where('plan_process.plan_id', '=', Number(id))
    .where('state', '=', 'undone')
    .where('reason', '=', 'merged')
    .orderBy('process.id')
    .execute();
  const { undone } = await countStates(db, Number(id));
  return {
    plan: planSummary(await planRow(db, id)),
    restored: undone - merged.length,
    merged: merged.map((row) => ({ id: String(row.id), name: row.name })),
    conflicts: await conflicts(catalogue, id),
  };
}

async function conflicts({ store }: Catalogue, id: string): Promise<UndoResult['conflicts']> {
  const { answers } = planSummary(await planRow(store.db, id));
  const rows = await undoable(store.db)
    .where('plan_process.plan_id', '=', Number(id))
    .where('state', '=', 'conflict')
    .orderBy('plan_process.process_id')
    .execute();
  return rows.map((row) => {
    const read = (text: string): ProcessDocument => parseTrustedJson(text) as ProcessDocument;
    const documents = { before: read(row.before), applied: read(row.applied), current: read(row.current) };
    const undone = undoDocument({ processId: String(row.id), ...documents, answers });
    return { id: String(row.id), name: row.name, questions: undone.kind === 'conflict' ? undone.questions : [] };
  });
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
