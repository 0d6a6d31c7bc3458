import type { Kysely } from 'kysely';
import type { Vault } from './sealing/vault.ts';
import type { Tables } from './tables.ts';

export type StoreDialect = 'sqlite' | 'postgres';

/** One open database. Both dialects answer the same queries; only bulk statements are spelled twice. */
export interface Store {
  readonly dialect: StoreDialect;
  /** Several servers may work on it at once: rows that are decided about are locked, and files have to be shared too. */
  readonly shared: boolean;
  /** Seals what may hold a secret; null: rows are seen and copied as they lie there. */
  readonly vault: Vault | null;
  /** For single statements outside a transaction. */
  readonly db: Kysely<Tables>;
  /**
   * Runs `work` in one write transaction: committed when it returns, rolled back when it throws. Inside, use `tx.db`
   * only. SQLite takes its one writer's lock at the start; keep the work as short as a chunk.
   */
  transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T>;
  /** Whether it was seen to be damaged since it was opened; what was read before it may be whole. */
  isDamaged(): boolean;
  /** Looks through the database's own files; none where somebody else keeps them. In words. */
  faults(): Promise<readonly string[]>;
  /** Of a pool: how many connections are busy and idle, and how many callers wait for one. */
  connections?(): { readonly busy: number; readonly idle: number; readonly waiting: number };
  close(): Promise<void>;
}

export interface StoreTransaction {
  readonly dialect: StoreDialect;
  /** As the store is. */
  readonly shared: boolean;
  readonly db: Kysely<Tables>;
  /**
   * Performs the statement once for every row, as fast as the database can; returns how many rows were touched. Rows that
   * are made on the way are taken one after the other, and what making one throws ends it all.
   */
  bulk<Row extends BulkRow>(statement: BulkStatement<Row>, rows: Iterable<Row>): Promise<number>;
  /** Has the rows of a table counted anew, after many were added and before they are looked for. */
  analyze(table: keyof Tables & string): Promise<void>;
  /** Ids for `count` new rows of a table. */
  reserveIds(table: 'process' | 'use_key', count: number): Promise<number[]>;
}

export type BulkRow = Readonly<Record<string, string | number | null>>;

/** One change of many rows in the words of both databases. */
export interface BulkStatement<Row extends BulkRow> {
  /** Under which PostgreSQL keeps it prepared. */
  readonly name: string;
  readonly columns: { readonly [Column in keyof Row & string]: 'bigint' | 'text' | 'sealed' };
  /** Run once a row; `?1`, `?2`, … are the columns in their order. */
  readonly sqlite: string;
  /** COPY straight `into` a table; run for `each` row (`$1`, `$2`, …); or run once over `given`, which holds all rows. */
  readonly postgres:
    | { readonly into: keyof Tables & string }
    | { readonly each: string }
    | { readonly overGiven: string };
}
