import { sql } from 'kysely';
import type { StoreTransaction } from '../../store/index.ts';
import type { ChunkJob } from './chunk-job.ts';

/** A process that is to do, as it stands. Every column costs: what only a few need is looked up for those. */
export interface ChunkRow {
  readonly id: number;
  readonly version: number;
  readonly removed_at: string | null;
  readonly document: string;
  readonly base_version: number;
  readonly replanned: number;
  readonly questions: number;
  readonly work_id: number | null;
}

export interface Claimed {
  /** In the order of their ids, held until the transaction ends. */
  readonly rows: readonly ChunkRow[];
  /** The highest id looked at, or null when none was left. */
  readonly last: number | null;
}

/** The next processes of a plan, as many as a chunk has. */
export async function claimRows(tx: StoreTransaction, job: ChunkJob): Promise<Claimed> {
  if (tx.shared) return claimLocked(tx, job);
  const rows = await toDo(tx, job)
    .innerJoin('process', 'process.id', 'plan_process.process_id')
    .innerJoin('process_version', (join) =>
      join
        .onRef('process_version.process_id', '=', 'process.id')
        .onRef('process_version.version', '=', 'process.version'),
    )
    .select(['process.id', 'process.version', 'removed_at', 'document'])
    .select(['base_version', 'replanned', 'questions', 'work_id'])
    .execute();
  return { rows, last: rows.at(-1)?.id ?? null };
}

/**
 * First the narrow rows, which are the claim; then the documents by id. In one statement PostgreSQL, believing an old count
 * of rows, may read and sort all that is left of the plan to return the first 500.
 */
async function claimLocked(tx: StoreTransaction, job: ChunkJob): Promise<Claimed> {
  const claim = toDo(tx, job).select(['process_id', 'base_version', 'replanned', 'questions', 'work_id']).forUpdate();
  const claimed = await (job.wait ? claim : claim.skipLocked()).execute();
  if (claimed.length === 0) return { rows: [], last: null };
  const documents = tx.db
    .selectFrom('process')
    .innerJoin('process_version', (join) =>
      join
        .onRef('process_version.process_id', '=', 'process.id')
        .onRef('process_version.version', '=', 'process.version'),
    )
    .select(['process.id', 'process.version', 'removed_at', 'document'])
    .where('process.id', '=', sql<number>`any(${claimed.map(({ process_id }) => process_id)}::bigint[])`)
    .orderBy('process.id')
    .forUpdate('process');
  const found = await (job.wait ? documents : documents.skipLocked()).execute();
  const claims = new Map(claimed.map((claim) => [claim.process_id, claim]));
  // one that an editor holds, or has saved meanwhile, is found by a later pass
  return { rows: found.map((row) => ({ ...claims.get(row.id)!, ...row })), last: claimed.at(-1)!.process_id };
}

function toDo(tx: StoreTransaction, { plan, only, after, size }: ChunkJob) {
  const query = tx.db
    .selectFrom('plan_process')
    .where('plan_process.plan_id', '=', plan.id)
    .where('state', 'in', ['pending', 'open'])
    .orderBy('plan_process.process_id')
    .limit(size);
  if (!only) return query.where('plan_process.process_id', '>', after);
  const slice = only.filter((id) => id > after).slice(0, size);
  return query.where('plan_process.process_id', 'in', slice.length > 0 ? slice : [-1]);
}
