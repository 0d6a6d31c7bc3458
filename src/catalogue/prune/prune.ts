import type { Catalogue } from '../catalogue.ts';
import { countOldActivity, removeOldActivity } from './old-activity.ts';
import { oldPlans, oldUpgrades } from './old-plans.ts';
import { countOldVersions, removeOldVersions } from './old-versions.ts';
import type { PruneKind, PruneWork } from './prune-work.ts';

const counting: Readonly<Record<PruneKind, typeof oldPlans.count>> = {
  plans: oldPlans.count,
  upgrades: oldUpgrades.count,
  versions: countOldVersions,
  activity: countOldActivity,
};

const removing: Readonly<Record<PruneKind, typeof oldPlans.remove>> = {
  plans: oldPlans.remove,
  upgrades: oldUpgrades.remove,
  versions: removeOldVersions,
  activity: removeOldActivity,
};

/** How much of a kind would go; versions that only such plans keep are not among them yet. */
export function countPrunable(
  catalogue: Catalogue,
  kind: PruneKind,
  before: string,
  work: Pick<PruneWork, 'keepUpgrades'> = {},
): Promise<number> {
  return counting[kind](catalogue, before, work);
}

/** Removes what nothing needs any more and is older than the border (ISO 8601). */
export function prune(catalogue: Catalogue, kind: PruneKind, before: string, work: PruneWork = {}): Promise<number> {
  return removing[kind](catalogue, before, work);
}
