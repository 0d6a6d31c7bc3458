import { openSqliteStore } from './sqlite/open-sqlite-store.ts';
import type { Store } from './store.ts';

/** A SQLite file, `:memory:`, or a `postgres://` address. */
export type StoreTarget = string;

export interface OpenStoreOptions {
  /** `create` makes or migrates the schema where needed (default); `existing` and `read` never write it. */
  readonly mode?: 'create' | 'existing' | 'read';
  /** PostgreSQL connections at most (default 10). */
  readonly poolSize?: number;
  /** PostgreSQL schema that holds the tables (default `public`). */
  readonly schema?: string;
}

/**
 * Opens a database and brings its schema up to date. Throws `data-newer` when a newer Lockstep wrote it,
 * `data-not-readable` when it is no database of ours, `data-busy`, `disk-full`, `database-unreachable`.
 */
export async function openStore(target: StoreTarget, options: OpenStoreOptions = {}): Promise<Store> {
  if (!/^postgres(ql)?:\/\//.test(target)) return openSqliteStore(target, options);
  const { openPostgresStore } = await import('./postgres/open-postgres-store.ts');
  return openPostgresStore(target, options);
}
