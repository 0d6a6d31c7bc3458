import type { Kysely } from 'kysely';
import type { Vault } from './sealing/vault.ts';
import type { Tables } from './tables.ts';

/** One open database, whichever it is: all answer the same queries, and what they can is asked here. */
export interface Store {
  /** For people. */
  readonly kind: string;
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
  /** Gives back where rows of these tables were deleted. */
  returnSpace(tables: readonly string[]): Promise<ReturnedSpace>;
  /** What these tables held before can't be read in the database's files any more either. */
  eraseFreed(tables: readonly string[]): Promise<void>;
  /** Of a pool: how many connections are busy and idle, and how many callers wait for one. */
  connections?(): { readonly busy: number; readonly idle: number; readonly waiting: number };
  close(): Promise<void>;
}

export interface ReturnedSpace {
  /** `returned`: to the disk; `reusable`: the database keeps it for its own next rows, as PostgreSQL does. */
  readonly space: 'returned' | 'reusable';
  /** Bytes by which the file is smaller; null where that is not known. */
  readonly bytes: number | null;
}

export interface StoreTransaction {
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
  /** After rows came with their ids: the next ones of these tables are numbered from there on. */
  continueIds(tables: readonly (keyof Tables & string)[]): Promise<void>;
  /** From here on what is replaced does not stay readable in the file. */
  eraseReplaced(): Promise<void>;
}

export type BulkRow = Readonly<Record<string, string | number | null>>;

/** One change of many rows: new ones `into` a table, or a `change` that each database has in its own words. */
export type BulkStatement<Row extends BulkRow> = {
  readonly columns: { readonly [Column in keyof Row & string]: 'bigint' | 'text' | 'sealed' };
} & ({ readonly into: keyof Tables & string } | { readonly change: BulkChange });

export type BulkChange =
  | 'advance_processes'
  | 'set_uses'
  | 'remove_uses'
  | 'move_uses'
  | 'finish_plan_processes'
  | 'finish_applied';
