import { type Kysely, sql } from 'kysely';
import { system } from '../../ports/index.ts';
import type { ReturnedSpace } from '../store.ts';
import type { Tables } from '../tables.ts';

/** Pages that are given back between two turns of others. */
const atOnce = 2000;

/** The file is written anew the first time, which needs as much free disk once; from then on it shrinks page by page. */
export async function returnSpace(opened: Kysely<Tables>): Promise<ReturnedSpace> {
  const db = opened.withoutPlugins();
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

/** Pages that were freed before hold the former texts. */
export async function eraseFreed(opened: Kysely<Tables>): Promise<void> {
  const db = opened.withoutPlugins();
  await sql`vacuum`.execute(db);
  await sql`pragma wal_checkpoint(truncate)`.execute(db);
}
