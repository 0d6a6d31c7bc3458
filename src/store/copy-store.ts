import { sql } from 'kysely';
import { LockstepError } from '../failure/index.ts';
import type { BulkRow, BulkStatement, Store } from './store.ts';
import type { Tables } from './tables.ts';

type Name = keyof Tables & string;

/** Every table with the columns that order it, parents before children. A test compares this with the schema. */
export const tableOrder: Readonly<Record<Name, readonly string[]>> = {
  plugin: ['id'],
  plugin_version: ['plugin_id', 'version'],
  import_shape: ['id'],
  process: ['id'],
  process_place: ['import_id', 'slot'],
  process_version: ['process_id', 'version'],
  use_key: ['id'],
  process_use: ['key_id', 'version', 'process_id'],
  snapshot: ['id'],
  snapshot_process: ['snapshot_id', 'process_id'],
  snapshot_use: ['key_id', 'version', 'snapshot_id'],
  plan: ['id'],
  plan_process: ['plan_id', 'process_id'],
  plan_detail: ['plan_id', 'process_id'],
  plan_work: ['plan_id', 'id'],
  activity: ['id'],
  setting: ['key'],
  account: ['name'],
  access_token: ['digest'],
  page_session: ['digest'],
  process_grant: ['id'],
  run: ['run_id'],
  run_event: ['run_id', 'seq'],
  run_step: ['step_id'],
  run_artefact: ['run_id', 'step_id', 'name'],
  run_lock: ['name'],
  run_lock_wait: ['run_id', 'activity'],
  run_timer: ['run_id', 'activity'],
  run_agent: ['name'],
  plugin_package: ['digest'],
  server_member: ['id'],
  server_operation: ['id'],
  server_message: ['id'],
};

/** Tables whose ids the database hands out. */
const numbered: readonly Name[] = [
  'import_shape',
  'process',
  'use_key',
  'snapshot',
  'plan',
  'activity',
  'server_message',
];

export interface CopyStoreOptions {
  readonly pageSize?: number;
  readonly onProgress?: (table: string, rows: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Copies everything from one database into an empty one, of whichever kind: all of it in one
 * transaction, or nothing. Returns the number of rows of each table.
 */
export async function copyStore(
  source: Store,
  target: Store,
  options: CopyStoreOptions = {},
): Promise<Record<string, number>> {
  const { pageSize = 1000, onProgress, signal } = options;
  const counts: Record<string, number> = {};
  await target.transaction(async (tx) => {
    for (const table of Object.keys(tableOrder) as Name[]) {
      const there = await sql`select 1 from ${sql.table(table)} limit 1`.execute(tx.db);
      if (there.rows.length > 0) {
        throw new LockstepError('data-not-empty', `The target already holds data (table ${table}).`, {
          hint: 'Name an empty database.',
        });
      }
    }
    for (const table of Object.keys(tableOrder) as Name[]) {
      counts[table] = 0;
      for await (const page of pages(source, table, pageSize)) {
        signal?.throwIfAborted();
        await tx.bulk(insertInto(table, page[0]!), page);
        counts[table] += page.length;
        onProgress?.(table, counts[table]);
      }
    }
    await tx.continueIds(numbered);
  });
  return counts;
}

async function* pages(source: Store, table: Name, size: number): AsyncGenerator<BulkRow[]> {
  const key = tableOrder[table];
  const columns = sql.join(key.map((column) => sql.ref(column)));
  let last: BulkRow | undefined;
  for (;;) {
    const after: BulkRow | undefined = last;
    const where = after ? sql`where (${columns}) > (${sql.join(key.map((column) => after[column]))})` : sql``;
    const { rows } =
      await sql<BulkRow>`select * from ${sql.table(table)} ${where} order by ${columns} limit ${size}`.execute(
        source.db,
      );
    if (rows.length > 0) yield rows;
    if (rows.length < size) return;
    last = rows.at(-1);
  }
}

function insertInto(table: Name, row: BulkRow): BulkStatement<BulkRow> {
  return { into: table, columns: Object.fromEntries(Object.keys(row).map((column) => [column, 'text'])) };
}
