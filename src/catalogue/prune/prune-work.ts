export type PruneKind = 'versions' | 'plans' | 'activity';

/** Long work that may be stopped between two transactions; what is gone by then stays gone. */
export interface PruneWork {
  readonly signal?: AbortSignal;
  readonly onProgress?: (kind: PruneKind, done: number, total: number) => void;
}
