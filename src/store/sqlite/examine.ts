import { type Kysely, sql } from 'kysely';
import type { Tables } from '../tables.ts';

/** What SQLite itself finds wrong with the file. */
export async function examine(db: Kysely<Tables>): Promise<string[]> {
  const checked = await sql<{ integrity_check: string }>`pragma integrity_check(20)`.execute(db);
  const faults = checked.rows.map((row) => row.integrity_check).filter((text) => text !== 'ok');
  const orphans = await sql<{ table: string }>`pragma foreign_key_check`.execute(db);
  return [
    ...faults.map((fault) => `The database is damaged: ${fault}.`),
    ...[...new Set(orphans.rows.map(({ table }) => table))].map(
      (table) => `Rows of "${table}" refer to rows that are gone.`,
    ),
  ];
}
