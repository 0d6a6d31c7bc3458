import { sql } from 'kysely';
import { LockstepError } from '../../failure/index.ts';
import { formsOf, sameName } from '../../plugin/index.ts';
import { recordActivity } from '../activity.ts';
import type { Catalogue } from '../catalogue.ts';
import { findProcessRow, type ProcessSummary, summaryOf } from './find-process.ts';

export interface SnapshotSummary {
  readonly id: string;
  readonly name: string;
  readonly note: string;
  readonly at: string;
  readonly by: string;
  readonly processes: number;
}

export interface Snapshot extends SnapshotSummary {
  /** Each process at the version that is pinned. */
  readonly pinned: readonly ProcessSummary[];
  /** Plugin versions that stay installed for it. */
  readonly uses: readonly { readonly pluginId: string | null; readonly pluginName: string; readonly version: number }[];
}

/** Pins the current versions of the named processes, or of all but drafts; no upgrade touches what is pinned [DO-2]. */
export async function createSnapshot(
  catalogue: Catalogue,
  {
    name,
    note = '',
    processes,
  }: { readonly name: string; readonly note?: string; readonly processes?: readonly string[] },
): Promise<SnapshotSummary> {
  return catalogue.store.transaction(async (tx) => {
    const taken = await tx.db.selectFrom('snapshot').select('id').where('name', 'in', formsOf(name)).executeTakeFirst();
    if (taken) {
      throw new LockstepError('snapshot-exists', `There is a snapshot named "${name}" already.`, {
        hint: 'Choose another name.',
      });
    }
    const at = catalogue.now();
    const { id } = await tx.db
      .insertInto('snapshot')
      .values({ name, note, created_at: at, created_by: catalogue.user })
      .returning('id')
      .executeTakeFirstOrThrow();
    if (processes) {
      for (const one of processes) {
        const row = await findProcessRow(tx.db, one);
        if (row.draft === 1) {
          throw new LockstepError('process-is-draft', `"${summaryOf(row).name}" is a draft; a snapshot pins none.`, {
            hint: 'Promote it first.',
          });
        }
        await sql`insert into snapshot_process (snapshot_id, process_id, version) values (${id}, ${row.id}, ${row.version})
          on conflict do nothing`.execute(tx.db);
      }
    } else {
      await sql`insert into snapshot_process (snapshot_id, process_id, version)
        select ${sql.lit(id)}, id, version from process where removed_at is null and draft = 0`.execute(tx.db);
    }
    // what is pinned is current at this instant, so the where-used index tells its uses
    await sql`insert into snapshot_use (snapshot_id, key_id, version, count)
      select ${sql.lit(id)}, process_use.key_id, process_use.version, sum(process_use.count) from process_use
      join snapshot_process on snapshot_process.process_id = process_use.process_id
      where snapshot_process.snapshot_id = ${id} group by process_use.key_id, process_use.version`.execute(tx.db);
    const { n } = await tx.db
      .selectFrom('snapshot_process')
      .select(sql<number>`count(*)`.as('n'))
      .where('snapshot_id', '=', id)
      .executeTakeFirstOrThrow();
    await recordActivity(tx.db, catalogue, {
      action: 'snapshot.created',
      subject: { kind: 'snapshot', id: String(id), name },
      detail: { processes: n },
    });
    return { id: String(id), name, note, at, by: catalogue.user, processes: n };
  });
}

export async function listSnapshots({ store }: Catalogue): Promise<SnapshotSummary[]> {
  const rows = await store.db
    .selectFrom('snapshot')
    .selectAll()
    .select((is) =>
      is
        .selectFrom('snapshot_process')
        .select(sql<number>`count(*)`.as('n'))
        .whereRef('snapshot_id', '=', 'snapshot.id')
        .as('processes'),
    )
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: String(row.id),
    name: row.name,
    note: row.note,
    at: row.created_at,
    by: row.created_by,
    processes: row.processes ?? 0,
  }));
}

/** A snapshot by name or id, with what it pins. */
export async function showSnapshot(catalogue: Catalogue, name: string): Promise<Snapshot> {
  const snapshots = await listSnapshots(catalogue);
  const summary = snapshots.find((one) => sameName(one.name, name)) ?? snapshots.find((one) => one.id === name);
  if (!summary) {
    throw new LockstepError('snapshot-not-found', `There is no snapshot "${name}".`, {
      hint: '`lockstep snapshot list` shows them.',
    });
  }
  const { db } = catalogue.store;
  const pinned = await db
    .selectFrom('snapshot_process')
    .innerJoin('process', 'process.id', 'snapshot_process.process_id')
    .selectAll('process')
    .select('snapshot_process.version as pinned')
    .where('snapshot_id', '=', Number(summary.id))
    .orderBy('process.id')
    .execute();
  const uses = await db
    .selectFrom('snapshot_use')
    .innerJoin('use_key', 'use_key.id', 'snapshot_use.key_id')
    .select(['plugin_id', 'plugin_name', 'version'])
    .distinct()
    .where('snapshot_id', '=', Number(summary.id))
    .orderBy('plugin_name')
    .orderBy('version')
    .execute();
  return {
    ...summary,
    pinned: pinned.map(({ pinned: version, ...row }) => summaryOf({ ...row, version })),
    uses: uses.map(({ plugin_id, plugin_name, version }) => ({
      pluginId: plugin_id === '' ? null : plugin_id,
      pluginName: plugin_name,
      version,
    })),
  };
}
