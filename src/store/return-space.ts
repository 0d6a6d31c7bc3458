import { sql } from 'kysely';
import { system } from '../ports/index.ts';
import type { Store } from './store.ts';

/** Pages that are given back between two turns of others. */
const atOnce = 2000;

export interface ReturnedSpace {
  /** `returned`: to the disk; `reusable`: the database keeps it for its own next rows, as PostgreSQL does. */
  readonly space: 'returned' | 'reusable';
  /** Bytes by which the file is smaller; null where that is not known. */
  readonly bytes: number | null;
}

/**
 * Gives back where rows were deleted. SQLite's file is written anew the first time, which needs as much free disk once, and
 * from then on shrinks page by page. PostgreSQL makes the space free for its own next rows.
 */
export async function returnSpace(store: Store, tables: readonly string[]): Promise<ReturnedSpace> {
  const db = store.db.withoutPlugins();
  if (store.dialect === 'postgres') {
    for (const table of tables) await sql`vacuum ${sql.table(table)}`.execute(db);
    return { space: 'reusable', bytes: null };
  }
  const pragma = async (name: string): Promise<number> => {
    const { rows } = await sql<Record<string, number>>`pragma ${sql.raw(name)}`.execute(db);
    return Number(rows[0]?.[name] ?? 0);
  };
  const size = async (): Promise<number> => (await pragma('page_count')) * (await pragma('page_size'));
  const before = await size();
  if ((await pragma('auto_vacuum')) === incremental) {
    while ((await pragma('freelist_count')) > 0) {
      await sql`pragma incremental_vacuum(${sql.lit(atOnce)})`.execute(db);
      await system.clock.turn();
    }
  } else {
    await sql`pragma auto_vacuum = incremental`.execute(db);
    await sql`vacuum`.execute(db);
  }
  await sql`pragma wal_checkpoint(truncate)`.execute(db);
  return { space: 'returned', bytes: before - (await size()) };
}

const incremental = 2;
