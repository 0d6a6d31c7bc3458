import { type Clock, system } from '../ports/index.ts';
import type { Store } from '../store/index.ts';

/** A server's processes, as one user sees and changes them. Every function of this folder takes it first. */
export interface Catalogue {
  readonly store: Store;
  /** Whom the history names. */
  readonly user: string;
  /** The time as ISO 8601. */
  readonly now: () => string;
  readonly clock: Clock;
}

export interface CatalogueOptions {
  readonly user: string;
  readonly now?: () => string;
  readonly clock?: Clock;
}

export function openCatalogue(store: Store, { user, now, clock = system.clock }: CatalogueOptions): Catalogue {
  return { store, user, clock, now: now ?? (() => clock.now().toISOString()) };
}
