import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Admission, type AdmitOptions, admitRelease } from '../plugin/index.ts';
import { admittedVersions, type Store } from '../store/index.ts';
import { activeVersion, asActive, installedVersions } from './installed-rows.ts';
import { conflictFolder } from './live/keep-aside.ts';
import { type ActiveVersion, alignLive, forgetPrepared, type LivePlaces, prepareLive } from './live/live-folder.ts';
import { type UserFileReport, untouched } from './live/user-files.ts';
import type { Release, StoredRelease } from './release.ts';
import { keepPackage } from './shared-packages.ts';
import {
  type PluginSwitch,
  registerRelease,
  type SwitchOutcome,
  type SwitchPlugin,
  switchInStore,
} from './switch-plugin.ts';
import { exists, storeRelease } from './version-folders.ts';

/** What installing needs of a data folder; `DataFolder` of the store has it. */
export interface InstallPlaces extends LivePlaces {
  readonly store: Store;
}

/** `besides`: installed beside the others, and nothing becomes active. */
export interface InstallOptions extends AdmitOptions {
  readonly who: string;
  /** Default: install where nothing is active, else upgrade. */
  readonly kind?: 'install' | 'upgrade';
  readonly switchPlugin?: SwitchPlugin;
}

export interface InstallReport {
  readonly release: StoredRelease;
  /** The version that was active before; null for none. */
  readonly former: string | null;
  /** True where this very content was active already: nothing was done. */
  readonly unchanged: boolean;
  /** What the rulebook said; absent on the way back, which nobody asks it about. */
  readonly admission?: Admission;
  readonly outcome: SwitchOutcome | { readonly state: 'registered' };
  readonly userFiles: UserFileReport;
  /** Files with the marked merges of conflicting templates. */
  readonly conflicts: readonly string[];
}

/**
 * Installs a release that `readPluginSource` or a channel gave, or upgrades to it: judged → stored under `versions/` →
 * next live folder prepared → switched (the commit) → moved in by rename. Up to the commit a failure leaves everything
 * as it was; after it, `recoverPlugins` finishes what a crash interrupted. No process changes unless `switchPlugin` does it.
 */
export async function installPlugin(
  places: InstallPlaces,
  release: Release,
  options: InstallOptions,
): Promise<InstallReport> {
  const { who, force = false, rename = false, switchPlugin = switchInStore(places.store) } = options;
  const all = await installedVersions(places.store, release.id);
  const active = all.find((one) => one.active);
  const kind = options.kind ?? (active ? 'upgrade' : 'install');
  const admission = admitRelease(release, await admittedVersions(places.store.db, release.id), options);
  const known = all.find((one) => one.version === release.version && one.digest === release.digest);
  const former = active?.version ?? null;
  const same = known?.active === true && known.folder !== null && (await exists(join(places.path, known.folder)));
  if (same || (known && options.besides)) {
    return {
      release: { ...release, folder: known.folder ?? '' },
      former,
      unchanged: true,
      admission,
      outcome: { state: 'switched' },
      userFiles: untouched,
      conflicts: [],
    };
  }
  const stored = await storeRelease(places.path, release);
  try {
    await keepPackage(places.store, stored);
    if (options.besides) {
      await places.store.transaction((tx) => registerRelease(tx, stored, { who, force, rename, besides: true }));
      return {
        release: stored,
        former,
        unchanged: false,
        admission,
        outcome: { state: 'registered' },
        userFiles: untouched,
        conflicts: [],
      };
    }
    const change = { kind, id: release.id, release: stored, former, who, force, rename } as const;
    return { ...(await switchTo(places, switchPlugin, change)), admission };
  } catch (error) {
    await discard(places, stored);
    throw error;
  }
}

/** Prepares, commits, moves in. Also the way back: `kind: 'undo'` with the former release. */
export async function switchTo(
  places: InstallPlaces,
  switchPlugin: SwitchPlugin,
  change: Exclude<PluginSwitch, { kind: 'uninstall' }>,
): Promise<InstallReport> {
  const wanted = activeOf(change.release);
  const userFiles = await prepareLive(places, wanted, change.kind === 'undo' ? undefined : change.release.tree);
  const outcome = await switchPlugin(change);
  if (outcome.state === 'switched') await followRow(places, wanted);
  const conflicts = userFiles.conflicts.map(({ path }) => join(conflictFolder(places, wanted), path));
  return { release: change.release, former: change.former, unchanged: false, outcome, userFiles, conflicts };
}

/** The row decides, not what the switch was asked for. */
async function followRow(places: InstallPlaces, wanted: ActiveVersion): Promise<void> {
  const row = await activeVersion(places.store, wanted.id);
  const active = row ? asActive(row) : null;
  if (active) await alignLive(places, active);
  if (active?.digest !== wanted.digest) await forgetPrepared(places, wanted);
}

function activeOf({ id, version, digest, folder }: StoredRelease): ActiveVersion {
  return { id, version, digest, folder };
}

/** Takes back what was written before a commit that did not happen. */
async function discard(places: InstallPlaces, stored: StoredRelease): Promise<void> {
  const rows = await installedVersions(places.store, stored.id);
  if (!rows.some(({ folder }) => folder === stored.folder)) {
    await rm(join(places.path, stored.folder), { recursive: true, force: true });
  }
  const active = await activeVersion(places.store, stored.id);
  if (active?.digest !== stored.digest) await forgetPrepared(places, stored);
}
