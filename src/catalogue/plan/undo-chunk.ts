import { tracingChannel } from 'node:diagnostics_channel';
import type { Problem } from '../../failure/index.ts';
import { finishPlanProcesses, type StoreTransaction, type VersionReason } from '../../store/index.ts';
import type { Answers, Question } from '../../upgrade/index.ts';
import type { Catalogue } from '../catalogue.ts';
import type { UseKeys } from '../process/use-keys.ts';
import { writeVersions } from '../process/write-versions.ts';
import type { PlanRow } from './plan-summary.ts';
import { decideUndo, type UndoRules, undoable } from './undo-decision.ts';

export interface UndoJob {
  readonly plan: PlanRow;
  readonly answers: Answers;
  readonly keys: UseKeys;
  readonly rules: UndoRules;
  readonly wave: string | null;
  readonly after: number;
  readonly size: number;
}

/** Edited since: the upgrade taken back, the edit kept. */
export interface MergedProcess {
  readonly id: string;
  readonly name: string;
  /** What stays as it is although the upgrade is taken back, left out where nothing does. */
  readonly warnings?: readonly Problem[];
}

export interface UndoneChunk {
  /** The highest id looked at, or null when none was left. */
  readonly last: number | null;
  readonly restored: number;
  readonly merged: readonly MergedProcess[];
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
    const decisions = await decideUndo(tx.db, job.plan, rows, job.answers, job.rules);
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
      merged: named('merged').map(({ row, warnings }) => ({
        id: String(row.id),
        name: row.name,
        ...(warnings.length > 0 && { warnings }),
      })),
      conflicts: decisions
        .filter(({ state }) => state === 'conflict')
        .map(({ row, questions }) => ({ id: String(row.id), name: row.name, questions })),
    };
  });
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
  const rows = await (tx.shared ? query.forUpdate() : query).execute();
  const ids = rows.map(({ process_id }) => process_id);
  if (tx.shared && ids.length > 0) {
    await tx.db.selectFrom('process').select('id').where('id', 'in', ids).orderBy('id').forUpdate().execute();
  }
  return ids;
}
