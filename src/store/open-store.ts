import { drivers } from './drivers.ts';
import type { OpenStoreOptions } from './open-store-options.ts';
import type { Store } from './store.ts';

/** A SQLite file, `:memory:`, or an address such as `postgres://…`. */
export type StoreTarget = string;

/**
 * Opens a database and brings its schema up to date. Throws `data-newer` when a newer Lockstep wrote it,
 * `data-not-readable` when it is no database of ours, `data-busy`, `disk-full`, `database-unreachable`.
 */
export async function openStore(target: StoreTarget, options: OpenStoreOptions = {}): Promise<Store> {
  const driver =
    drivers.find(({ address }) => address?.test(target)) ?? drivers.find(({ address }) => address === null);
  return driver!.open(target, options);
}

/** Not a file: the address of a database that lies elsewhere. */
export function isDatabaseAddress(target: string): boolean {
  return drivers.some(({ address }) => address?.test(target));
}
