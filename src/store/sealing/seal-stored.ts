import { type Kysely, sql } from 'kysely';
import { system } from '../../ports/index.ts';
import { tableOrder } from '../copy-store.ts';
import type { Store } from '../store.ts';
import type { Tables } from '../tables.ts';
import { sealText } from './seal-queries.ts';
import { isSealedSetting, sealedColumns, sealMark } from './sealed-columns.ts';

/** `begun`, or since when everything is sealed: what comes later is sealed on its way. */
const sealedSinceKey = 'servers.sealed';
const begun = 'begun';

type Row = Record<string, string | number | null>;
type Table = keyof typeof tableOrder;

export interface SealProgress {
  readonly signal?: AbortSignal;
  readonly onProgress?: (table: string, rows: number) => void;
}

/**
 * Seals what older versions wrote in clear, page by page, each its own transaction: it may be stopped anywhere and goes
 * on at the next start, and of several servers each takes what it finds. At the end the space where it stood is given
 * back. Returns how many values it sealed.
 */
export async function sealStored(store: Store, { signal, onProgress }: SealProgress = {}): Promise<number> {
  const { vault } = store;
  const before = await readSealedSince(store);
  if (vault === null || (before !== null && before !== begun)) return 0;
  let sealed = 0;
  for (const [table, columns] of Object.entries(sealedColumns)) {
    let rows = 0;
    for await (const page of pagesOf(store, table as Table, columns)) {
      if (signal?.aborted) return sealed;
      sealed += await sealPage(store, table as Table, columns, page);
      rows += page.length;
      onProgress?.(table, rows);
    }
  }
  if (sealed > 0 || before === begun) await store.eraseFreed(Object.keys(sealedColumns));
  await noteSealedSince(store.db, system.clock.now().toISOString());
  return sealed;
}

/** Whether anything here is sealed. */
export async function holdsSealed(store: Store): Promise<boolean> {
  for (const [table, columns] of Object.entries(sealedColumns)) {
    for (const column of columns) {
      const { rows } = await sql`select 1 from ${sql.table(table)}
        where substr(${sql.ref(column)}, 1, ${sealMark.length}) = ${sealMark} limit 1`.execute(
        store.db.withoutPlugins(),
      );
      if (rows.length > 0) return true;
    }
  }
  return false;
}

export interface SealCounts {
  /** Written by an older version, and in clear. */
  readonly clear: number;
  readonly sealed: number;
  /** Sealed with another key, or damaged. */
  readonly unreadable: number;
}

/** How the values lie there, in numbers. */
export async function countSealed(store: Store): Promise<SealCounts> {
  const counts = { clear: 0, sealed: 0, unreadable: 0 };
  for (const [table, columns] of Object.entries(sealedColumns)) {
    for await (const page of pagesOf(store, table as Table, columns)) {
      for (const row of page) for (const column of columns) count(store, table, row, column, counts);
    }
  }
  return counts;
}

function count(
  { vault }: Store,
  table: string,
  row: Row,
  column: string,
  counts: { clear: number; sealed: number; unreadable: number },
): void {
  const value = row[column];
  if (typeof value !== 'string' || !mustSeal(table, row, value)) return;
  if (!value.startsWith(sealMark)) counts.clear++;
  else {
    counts.sealed++;
    try {
      vault?.open(value.slice(sealMark.length));
    } catch {
      counts.unreadable++;
    }
  }
}

function mustSeal(table: string, row: Row, value: string): boolean {
  return value !== '' && (table !== 'setting' || isSealedSetting(row['key']));
}

async function* pagesOf(store: Store, table: Table, columns: readonly string[]): AsyncGenerator<Row[]> {
  const key = tableOrder[table];
  const size = 200;
  const order = sql.join(key.map((column) => sql.ref(column)));
  const all = sql.join([...new Set([...key, ...columns])].map((column) => sql.ref(column)));
  let last: Row | undefined;
  for (;;) {
    const before: Row | undefined = last;
    const where = before ? sql`where (${order}) > (${sql.join(key.map((column) => before[column]))})` : sql``;
    const { rows } =
      await sql<Row>`select ${all} from ${sql.table(table)} ${where} order by ${order} limit ${size}`.execute(
        store.db.withoutPlugins(),
      );
    if (rows.length > 0) yield rows;
    if (rows.length < size) return;
    last = rows.at(-1);
  }
}

async function sealPage(store: Store, table: Table, columns: readonly string[], page: readonly Row[]): Promise<number> {
  const clear = page.flatMap((row) =>
    columns.flatMap((column) => {
      const value = row[column];
      return typeof value === 'string' && !value.startsWith(sealMark) && mustSeal(table, row, value)
        ? [{ row, column, value }]
        : [];
    }),
  );
  if (clear.length === 0) return 0;
  return store.transaction(async (tx) => {
    const db = tx.db.withoutPlugins();
    await tx.eraseReplaced();
    await noteSealedSince(tx.db, begun);
    let sealed = 0;
    for (const { row, column, value } of clear) {
      const same = sql.join(
        tableOrder[table].map((name) => sql`${sql.ref(name)} = ${row[name]}`),
        sql` and `,
      );
      // somebody may have written it anew since it was read
      const { numAffectedRows } = await sql`update ${sql.table(table)}
        set ${sql.ref(column)} = ${sealText(store.vault!, value)} where ${same} and ${sql.ref(column)} = ${value}`.execute(
        db,
      );
      sealed += Number(numAffectedRows ?? 0);
    }
    return sealed;
  });
}

async function readSealedSince({ db }: Store): Promise<string | null> {
  const row = await db.selectFrom('setting').select('value').where('key', '=', sealedSinceKey).executeTakeFirst();
  return row?.value ?? null;
}

async function noteSealedSince(db: Kysely<Tables>, value: string): Promise<void> {
  await db
    .insertInto('setting')
    .values({ key: sealedSinceKey, value })
    .onConflict((on) => on.column('key').doUpdateSet({ value }))
    .execute();
}
