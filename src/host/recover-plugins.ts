import { LockstepError, type Problem } from '../failure/index.ts';
import type { InstallPlaces } from './install-plugin.ts';
import { asActive, inactiveIds, installedVersions } from './installed-rows.ts';
import { alignLive, forgetBeside, liveIds, packagesInUse, removeLive, sweepLive } from './live/live-folder.ts';
import { digestInKey } from './release.ts';
import { bringPackages } from './shared-packages.ts';
import { sweepVersions } from './version-folders.ts';

/** Asked only where there is content that nothing else names. */
export type PinnedContent = () => Promise<ReadonlySet<string>>;

const nothingPinned: PinnedContent = async () => new Set();

export interface RecoveryProblem extends Problem {
  /** The plugin's id. */
  readonly plugin: string;
}

/**
 * Makes the folders what the database says, whenever the process died: interrupted switches are finished, what was
 * never committed is swept away, except content whose digest `pinned` answers: runs under way started with it [DO-8].
 * One plugin that cannot be repaired is a problem and stops nothing.
 */
export async function recoverPlugins(
  places: InstallPlaces,
  pinned: PinnedContent = nothingPinned,
): Promise<RecoveryProblem[]> {
  const problems: RecoveryProblem[] = [];
  await bringPackages(places.store, places.path);
  const versions = await installedVersions(places.store);
  await sweepLive(places);
  for (const version of versions) {
    const active = version.active ? asActive(version) : null;
    if (active) await attempt(problems, version.id, () => alignLive(places, active));
  }
  const live = new Set(await liveIds(places));
  for (const id of await inactiveIds(places.store)) {
    await attempt(problems, id, () => (live.has(id) ? removeLive(places, id) : forgetBeside(places, id)));
  }
  const named = new Set(versions.flatMap(({ folder }) => folder ?? []));
  for (const folder of await packagesInUse(places)) named.add(folder);
  await sweepVersions(places.path, named, async () => new Set([...(await pinned())].map(digestInKey)));
  return problems;
}

async function attempt(problems: RecoveryProblem[], id: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    problems.push({
      plugin: id,
      code: error instanceof LockstepError ? error.code : 'data-not-readable',
      severity: 'error',
      message: `The plugin ${id} could not be repaired: ${(error as Error).message}`,
      hint: 'Install it again.',
    });
  }
}
