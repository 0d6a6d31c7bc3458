import { type RawBuilder, sql } from 'kysely';
import type { StoreTransaction } from '../../store/index.ts';
import type { Catalogue } from '../catalogue.ts';
import type { PruneWork } from './prune-work.ts';

/** Processes that are looked at in one transaction. */
const atOnce = 2000;

/**
 * Versions of processes that nothing needs: another one has taken their place before the border, and no snapshot, no
 * plan (its undo compares them) and no run has them. The current version stays, of a removed process too.
 */
function oldVersions(after: number, until: number, before: string): RawBuilder<unknown> {
  const within = sql`process_id > ${after} and process_id <= ${until}`;
  return sql`process_version
    where ${within}
    and version < (select version from process where process.id = process_version.process_id)
    and exists (select 1 from process_version as next where next.process_id = process_version.process_id
      and next.version > process_version.version and next.created_at < ${before})
    and (process_id, version) not in (
      select process_id, version from snapshot_process where ${within}
      union all select process_id, base_version from plan_process where ${within}
      union all select process_id, result_version from plan_process where ${within} and result_version is not null
      union all select process_id, undo_version from plan_process where ${within} and undo_version is not null
      union all select process_id, process_version from run where ${within})`;
}

export async function countOldVersions(catalogue: Catalogue, before: string): Promise<number> {
  let count = 0;
  await eachRange(catalogue, {}, async (tx, after, until) => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${oldVersions(after, until, before)}`.execute(
      tx.db,
    );
    count += Number(rows[0]?.n ?? 0);
  });
  return count;
}

export async function removeOldVersions(catalogue: Catalogue, before: string, work: PruneWork): Promise<number> {
  let count = 0;
  await eachRange(catalogue, work, async (tx, after, until) => {
    // whoever is pinning a version at this moment ends first
    if (tx.shared) {
      await sql`lock table snapshot_process, plan_process, run in share mode`.execute(tx.db);
    }
    const { numAffectedRows = 0n } = await sql`delete from ${oldVersions(after, until, before)}`.execute(tx.db);
    count += Number(numAffectedRows);
  });
  return count;
}

async function eachRange(
  { store, clock }: Catalogue,
  { signal, onProgress }: PruneWork,
  work: (tx: StoreTransaction, after: number, until: number) => Promise<void>,
): Promise<void> {
  const { rows } = await sql<{ last: number | null }>`select max(id) as last from process`.execute(store.db);
  const last = Number(rows[0]?.last ?? 0);
  for (let after = 0; after < last; after += atOnce) {
    signal?.throwIfAborted();
    await store.transaction((tx) => work(tx, after, after + atOnce));
    onProgress?.('versions', Math.min(after + atOnce, last), last);
    await clock.turn();
  }
}
