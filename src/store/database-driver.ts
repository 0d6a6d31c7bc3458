import type { OpenStoreOptions } from './open-store-options.ts';
import type { Store } from './store.ts';

/** One kind of database. It is a folder that exports one of these; what an open one can, its `Store` says. */
export interface DatabaseDriver {
  /** How its addresses begin; null: it is a file, named by its path. */
  readonly address: RegExp | null;
  open(address: string, options: OpenStoreOptions): Promise<Store>;
}
