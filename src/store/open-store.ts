import type { OpenStoreOptions } from './open-store-options.ts';
import { openSqliteStore } from './sqlite/open-sqlite-store.ts';
import type { Store } from './store.ts';

/** A SQLite file, `:memory:`, or a `postgres://` address. */
export type StoreTarget = string;

/**
 * Opens a database and brings its schema up to date. Throws `data-newer` when a newer Lockstep wrote it,
 * `data-not-readable` when it is no database of ours, `data-busy`, `disk-full`, `database-unreachable`.
 */
export async function openStore(target: StoreTarget, options: OpenStoreOptions = {}): Promise<Store> {
  if (!/^postgres(ql)?:\/\//.test(target)) return openSqliteStore(target, options);
  const { openPostgresStore } = await import('./postgres/open-postgres-store.ts');
  return openPostgresStore(target, options);
}
