import { tracingChannel } from 'node:diagnostics_channel';
import { formatDocument, type ProcessDocument, parseTrustedJson } from '../../process/index.ts';
import {
  finishPlanProcesses,
  type PlanProcessState,
  type StoreTransaction,
  type VersionReason,
} from '../../store/index.ts';
import { type Answers, type Question, undoDocument } from '../../upgrade/index.ts';
import type { Catalogue } from '../catalogue.ts';
import type { UseKeys } from '../process/use-keys.ts';
import { type NextVersion, writeVersions } from '../process/write-versions.ts';
import type { PlanRow } from './plan-summary.ts';

export interface UndoJob {
  readonly plan: PlanRow;
  readonly answers: Answers;
  readonly keys: UseKeys;
  readonly wave: string | null;
  readonly after: number;
  readonly size: number;
}

export interface UndoneChunk {
  /** The highest id looked at, or null when none was left. */
  readonly last: number | null;
  readonly restored: number;
  readonly merged: readonly { readonly id: string; readonly name: string }[];
  readonly conflicts: readonly {
    readonly id: string;
    readonly name: string;
    readonly questions: readonly Question[];
  }[];
}

const traced = tracingChannel('lockstep:plan.chunk');

/** Takes the next chunk of a plan back in one transaction [DO-6]. */
export async function undoChunk(catalogue: Catalogue, job: UndoJob): Promise<UndoneChunk> {
  return traced.tracePromise(() => undoIn(catalogue, job), { plan: job.plan.id, direction: 'undo' });
}

function undoIn(catalogue: Catalogue, job: UndoJob): Promise<UndoneChunk> {
  return catalogue.store.transaction(async (tx) => {
    const rows = await nextRows(tx, job);
    const decisions = rows.map((row) => decide(row, job.answers));
    for (const reason of ['undone', 'merged'] as const) {
      const next = decisions.flatMap((one) => (one.next && one.reason === reason ? [one.next] : []));
      const origin = { at: catalogue.now(), by: catalogue.user, reason, planId: job.plan.id };
      await writeVersions(tx, job.keys, next, origin);
    }
    await tx.bulk(
      finishPlanProcesses,
      decisions.map(({ row, state, next }) => ({
        plan_id: job.plan.id,
        process_id: row.id,
        state,
        base_version: row.base_version,
        result_version: row.result_version,
        undo_version: next ? next.expected + 1 : null,
        wave: row.wave,
        replanned: row.replanned,
      })),
    );
    const named = (reason: VersionReason) => decisions.filter((one) => one.reason === reason);
    return {
      last: rows.at(-1)?.id ?? null,
      restored: named('undone').length,
      merged: named('merged').map(({ row }) => ({ id: String(row.id), name: row.name })),
      conflicts: decisions
        .filter(({ state }) => state === 'conflict')
        .map(({ row, questions }) => ({ id: String(row.id), name: row.name, questions })),
    };
  });
}

type UndoRow = Awaited<ReturnType<typeof nextRows>>[number];

/** Processes of plans with their texts before the plan, after it, and now. */
export function undoable(db: StoreTransaction['db']) {
  return db
    .selectFrom('plan_process')
    .innerJoin('process', 'process.id', 'plan_process.process_id')
    .innerJoin('process_version as current', (join) =>
      join.onRef('current.process_id', '=', 'process.id').onRef('current.version', '=', 'process.version'),
    )
    .innerJoin('process_version as base', (join) =>
      join.onRef('base.process_id', '=', 'process.id').onRef('base.version', '=', 'plan_process.base_version'),
    )
    .innerJoin('process_version as result', (join) =>
      join.onRef('result.process_id', '=', 'process.id').onRef('result.version', '=', 'plan_process.result_version'),
    )
    .select(['process.id', 'process.name', 'process.version', 'removed_at'])
    .select(['base_version', 'result_version', 'wave', 'replanned'])
    .select(['base.document as before', 'result.document as applied', 'current.document as current']);
}

async function nextRows(tx: StoreTransaction, job: UndoJob) {
  const ids = await claim(tx, job);
  return undoable(tx.db)
    .where('plan_process.plan_id', '=', job.plan.id)
    .where('plan_process.process_id', 'in', ids.length > 0 ? ids : [-1])
    .orderBy('plan_process.process_id')
    .execute();
}

/** The narrow rows first, held until the transaction ends; what is read after that stands still. */
async function claim(tx: StoreTransaction, { plan, wave, after, size }: UndoJob): Promise<number[]> {
  let query = tx.db
    .selectFrom('plan_process')
    .select('process_id')
    .where('plan_id', '=', plan.id)
    .where('state', 'in', ['applied', 'conflict'])
    .where('process_id', '>', after)
    .orderBy('process_id')
    .limit(size);
  if (wave !== null) query = query.where('wave', '=', wave);
  const rows = await (tx.dialect === 'postgres' ? query.forUpdate() : query).execute();
  const ids = rows.map(({ process_id }) => process_id);
  if (tx.dialect === 'postgres' && ids.length > 0) {
    await tx.db.selectFrom('process').select('id').where('id', 'in', ids).orderBy('id').forUpdate().execute();
  }
  return ids;
}

interface Decision {
  readonly row: UndoRow;
  readonly state: PlanProcessState;
  readonly reason: VersionReason | null;
  readonly next: NextVersion | null;
  readonly questions: readonly Question[];
}

function decide(row: UndoRow, answers: Answers): Decision {
  const nothing = { row, next: null, questions: [] };
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
  const undone = undoDocument({ processId: String(row.id), before, applied, current, answers });
  if (undone.kind === 'conflict') return { ...nothing, state: 'conflict', reason: null, questions: undone.questions };
  const reason = undone.kind === 'restored' ? 'undone' : 'merged';
  return { ...nothing, state: 'undone', reason, next: next(undone.document, formatDocument(undone.document)) };
}
