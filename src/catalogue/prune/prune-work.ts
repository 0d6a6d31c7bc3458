export type PruneKind = 'versions' | 'plans' | 'upgrades' | 'activity';

/** Long work that may be stopped between two transactions; what is gone by then stays gone. */
export interface PruneWork {
  /** So many upgrades of each plugin that were applied can still be undone; left out: all. */
  readonly keepUpgrades?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (kind: PruneKind, done: number, total: number) => void;
}
