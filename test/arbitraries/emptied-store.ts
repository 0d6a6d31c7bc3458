import { sql } from 'kysely';
import { openStore, type Store } from '../../src/store/index.ts';

/** A database in memory that is made once and emptied for every case: making one takes longer than most cases. */
export class EmptiedStore {
  #kept: Promise<{ readonly store: Store; readonly filled: string }> | undefined;

  /** The database with no row in it, as a new one is. */
  async take(): Promise<Store> {
    this.#kept ??= openWithQuestion();
    const { store, filled } = await this.#kept;
    const { rows } = await sql.raw<{ name: string }>(filled).execute(store.db);
    await store.transaction(async ({ db }) => {
      await sql`pragma defer_foreign_keys = 1`.execute(db);
      for (const { name } of rows) await sql`delete from ${sql.table(name)}`.execute(db);
    });
    return store;
  }

  async close(): Promise<void> {
    await (await this.#kept)?.store.close();
  }
}

/** With the question for the tables that hold a row. */
async function openWithQuestion() {
  const store = await openStore(':memory:');
  const { rows } = await sql<{ name: string }>`select name from sqlite_schema where type = 'table'`.execute(store.db);
  const filled = rows.map(({ name }) => `select '${name}' as name where exists (select 1 from ${name})`);
  return { store, filled: filled.join(' union all ') };
}
