import type { Store } from '../store/index.ts';

/** A server's processes, as one user sees and changes them. Every function of this folder takes it first. */
export interface Catalogue {
  readonly store: Store;
  /** Whom the history names. */
  readonly user: string;
  /** The time as ISO 8601. */
  readonly now: () => string;
}

export interface CatalogueOptions {
  readonly user: string;
  readonly now?: () => string;
}

export function openCatalogue(store: Store, { user, now }: CatalogueOptions): Catalogue {
  return { store, user, now: now ?? (() => new Date().toISOString()) };
}
