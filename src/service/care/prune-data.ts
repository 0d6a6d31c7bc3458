import type { PrunableKind } from '../../api/prune.ts';
import { countPrunable, prune, said } from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import type { ReturnedSpace } from '../../store/index.ts';
import type { Ground } from '../ground.ts';
import type { DataRuns } from '../runs/data-runs.ts';

/** By kind, in the order in which they go: what a run or a plan kept may go after it. */
export interface PruneSelection {
  readonly kind: PrunableKind;
  readonly days: number;
}

interface PruneOptions {
  readonly by: string;
  readonly selections: readonly PruneSelection[];
  /** So many runs of each process stay. */
  readonly keep: number;
  /** So many applied upgrades of each plugin can still be undone; left out: all. */
  readonly keepUpgrades?: number;
  readonly why?: string | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: (kind: PrunableKind, done: number, total: number | null) => void;
}

export interface PruneReport {
  readonly removed: Readonly<Partial<Record<PrunableKind, number>>>;
  /** `kept`: it could not be given back now; nothing else is wrong. */
  readonly space: ReturnedSpace['space'] | 'kept' | 'untouched';
  readonly bytes: number | null;
  /** Why it was kept. */
  readonly reason: string | null;
}

/** What pruning works with. */
export type Pruning = Pick<Ground, 'catalogueOf' | 'store' | 'record'> & { readonly runs: DataRuns };

const tables = [
  'process_version',
  'plan',
  'plan_process',
  'plan_detail',
  'plan_work',
  'activity',
  'run',
  'run_event',
  'run_step',
];

export function borderOf(days: number, now: Date): string {
  return new Date(now.getTime() - days * 86_400_000).toISOString();
}

/** How much of a kind would go now. */
export function countOf(
  { catalogueOf, runs }: Pruning,
  { kind, days }: PruneSelection,
  { by, keep, now, ...upgrades }: Pick<PruneOptions, 'by' | 'keep' | 'keepUpgrades'> & { readonly now: Date },
): Promise<number> {
  return kind === 'runs'
    ? runs.runs.sweepable({ days, keep })
    : countPrunable(catalogueOf(by), kind, borderOf(days, now), upgrades);
}

/** Removes what is old and needed by nothing, gives the space back, and notes what went, also where it is cut off. */
export async function pruneData(services: Pruning, options: PruneOptions, now: Date): Promise<PruneReport> {
  const { selections, by, keep, keepUpgrades, why, signal, onProgress } = options;
  const removed: Partial<Record<PrunableKind, number>> = {};
  const note = (more: object) =>
    services.record({ name: by }, 'server.pruned', 'server', '', {
      ...Object.fromEntries(selections.map(({ kind, days }) => [`${kind}OlderThanDays`, days])),
      ...removed,
      ...said(why),
      ...more,
    });
  try {
    for (const { kind, days } of selections) {
      signal?.throwIfAborted();
      if (kind === 'runs') {
        removed.runs = await services.runs.runs.sweep({ days, keep });
        onProgress?.(kind, removed.runs, removed.runs);
        continue;
      }
      const work = {
        ...(keepUpgrades !== undefined && { keepUpgrades }),
        ...(signal && { signal }),
        ...(onProgress && { onProgress }),
      };
      removed[kind] = await prune(services.catalogueOf(by), kind, borderOf(days, now), work);
    }
  } catch (error) {
    await note({ failed: (error as Error).message });
    throw error;
  }
  const returned = await giveBack(services, removed);
  await note(returned.bytes === null ? {} : { bytes: returned.bytes });
  return { removed, ...returned };
}

async function giveBack(
  { store }: Pruning,
  removed: PruneReport['removed'],
): Promise<Pick<PruneReport, 'space' | 'bytes' | 'reason'>> {
  if (Object.values(removed).every((count) => count === 0)) return { space: 'untouched', bytes: null, reason: null };
  try {
    return { ...(await store.returnSpace(tables)), reason: null };
  } catch (error) {
    // a disk without room for a second copy: what is free is used again, and the next pruning tries anew
    if (!(error instanceof LockstepError)) throw error;
    return { space: 'kept', bytes: null, reason: error.message };
  }
}
