import { type Kysely, sql } from 'kysely';
import { LockstepError, type Problem } from '../../failure/index.ts';
import { formatDocument, type ProcessDocument, parseTrustedJson } from '../../process/index.ts';
import type { PlanProcessState, StoreTransaction, Tables, VersionReason } from '../../store/index.ts';
import {
  type Answers,
  type PlannedProcess,
  propertyNames,
  type Question,
  type UndoInput,
  type UseChange,
  undoDocument,
  undoRulesOf,
} from '../../upgrade/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { definitionsOf } from '../plugin/plugins.ts';
import { compileStoredUpgrade, targetOf } from '../plugin/stored-upgrade.ts';
import { shownName } from '../process/shown-name.ts';
import type { NextVersion } from '../process/write-versions.ts';
import { type PlanRow, planSummary } from './plan-summary.ts';

/** What undoing a plan does to one of its processes: asked by the preview, by the outcome and by undoing itself [DO-6]. */
export interface UndoDecision {
  readonly row: UndoRow;
  readonly state: PlanProcessState;
  readonly reason: VersionReason | null;
  readonly next: NextVersion | null;
  readonly questions: readonly Question[];
  readonly warnings: readonly Problem[];
}

export type UndoRow = Awaited<ReturnType<ReturnType<typeof undoable>['execute']>>[number];

/** What is known of the versions that a plan led from. */
export type UndoRules = Pick<UndoInput, 'places' | 'hides'>;

/** Processes of plans with their texts before the plan, after it, and now, or when they were taken back. */
export function undoable(db: StoreTransaction['db'], current: 'now' | 'as it was taken back' = 'now') {
  return db
    .selectFrom('plan_process')
    .innerJoin('process', 'process.id', 'plan_process.process_id')
    .innerJoin('process_version as current', (join) =>
      join
        .onRef('current.process_id', '=', 'process.id')
        .on(
          'current.version',
          '=',
          current === 'now' ? sql.ref('process.version') : sql`plan_process.undo_version - 1`,
        ),
    )
    .innerJoin('process_version as base', (join) =>
      join.onRef('base.process_id', '=', 'process.id').onRef('base.version', '=', 'plan_process.base_version'),
    )
    .innerJoin('process_version as result', (join) =>
      join.onRef('result.process_id', '=', 'process.id').onRef('result.version', '=', 'plan_process.result_version'),
    )
    .select(['process.id', shownName.as('name'), 'process.version', 'removed_at'])
    .select(['base_version', 'result_version', 'wave', 'replanned'])
    .select(['base.document as before', 'result.document as applied', 'current.document as current']);
}

export async function undoRules(db: Kysely<Tables>, plan: PlanRow): Promise<UndoRules> {
  try {
    const { to, options } = planSummary(plan);
    return undoRulesOf(await compileStoredUpgrade(db, await targetOf(db, plan.plugin_id, to), options));
  } catch (error) {
    // what was uninstalled, or went on, since can be undone all the same
    const gone = ['plugin-not-found', 'plugin-lower-version', 'upgrade-file-not-valid'];
    if (error instanceof LockstepError && gone.includes(error.code)) return knownPlaces(db, plan);
    throw error;
  }
}

/** What each version had, as far as it was ever here; which values are secret is not known then, so none is shown. */
async function knownPlaces(db: Kysely<Tables>, plan: PlanRow): Promise<UndoRules> {
  const ids = [plan.plugin_id, ...(planSummary(plan).options.predecessors ?? [])];
  const known = new Map(await Promise.all(ids.map(async (id) => [id, await definitionsOf(db, id)] as const)));
  return {
    places: ({ version, plugin, stepType }) =>
      propertyNames(known.get(plugin ?? plan.plugin_id)?.get(version), stepType),
  };
}

/** Decides about rows of a plan, in their order. */
export async function decideUndo(
  db: Kysely<Tables>,
  plan: Pick<PlanRow, 'id'>,
  rows: readonly UndoRow[],
  answers: Answers,
  rules: UndoRules,
): Promise<UndoDecision[]> {
  const edited = rows.filter((row) => row.current !== row.before && row.current !== row.applied);
  const uses = await usesOf(
    db,
    plan,
    edited.map(({ id }) => id),
  );
  return rows.map((row) => decide(row, answers, { ...rules, uses: uses.get(row.id) ?? [] }));
}

async function usesOf(
  db: Kysely<Tables>,
  plan: Pick<PlanRow, 'id'>,
  ids: readonly number[],
): Promise<ReadonlyMap<number, readonly UseChange[]>> {
  if (ids.length === 0) return new Map();
  const details = await db
    .selectFrom('plan_detail')
    .select(['process_id', 'detail'])
    .where('plan_id', '=', plan.id)
    .where('process_id', 'in', ids)
    .execute();
  return new Map(details.map(({ process_id, detail }) => [process_id, (JSON.parse(detail) as PlannedProcess).uses]));
}

function decide(row: UndoRow, answers: Answers, rules: UndoRules & Pick<UndoInput, 'uses'>): UndoDecision {
  const nothing = { row, next: null, questions: [], warnings: [] };
  if (row.removed_at !== null) return { ...nothing, state: 'undone', reason: null };
  // already as it was, by hand
  if (row.current === row.before) return { ...nothing, state: 'undone', reason: 'undone' };
  const current = parseTrustedJson(row.current) as ProcessDocument;
  const before = parseTrustedJson(row.before) as ProcessDocument;
  const next = (after: ProcessDocument, text: string): NextVersion => ({
    processId: row.id,
    expected: row.version,
    before: current,
    after,
    text,
  });
  if (row.current === row.applied) {
    return { ...nothing, state: 'undone', reason: 'undone', next: next(before, row.before) };
  }
  const applied = parseTrustedJson(row.applied) as ProcessDocument;
  const undone = undoDocument({ processId: String(row.id), before, applied, current, answers, ...rules });
  if (undone.kind === 'conflict') return { ...nothing, state: 'conflict', reason: null, questions: undone.questions };
  const isMerged = undone.kind === 'merged';
  return {
    ...nothing,
    state: 'undone',
    reason: isMerged ? 'merged' : 'undone',
    next: next(undone.document, formatDocument(undone.document)),
    warnings: isMerged ? undone.warnings : [],
  };
}

const page = 500;

/** What undoing would do now to everything that is still to undo, a page at a time. */
export async function* undoDecisions(
  { store }: Catalogue,
  plan: PlanRow,
  answers: Answers,
  states: readonly PlanProcessState[] = ['applied', 'conflict'],
): AsyncGenerator<readonly UndoDecision[]> {
  const rules = await undoRules(store.db, plan);
  for (let last = 0; ; ) {
    const rows = await undoable(store.db)
      .where('plan_process.plan_id', '=', plan.id)
      .where('state', 'in', states)
      .where('plan_process.process_id', '>', last)
      .orderBy('plan_process.process_id')
      .limit(page)
      .execute();
    yield await decideUndo(store.db, plan, rows, answers, rules);
    if (rows.length < page) return;
    last = rows.at(-1)!.id;
  }
}
