import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LockstepError } from '../failure/index.ts';
import { compareVersions, sameDisplayName } from '../plugin/index.ts';
import type { Store } from '../store/index.ts';
import { activeVersion, asActive, type InstalledVersion, installedVersions } from './installed-rows.ts';
import { conflictFolder } from './live/keep-aside.ts';
import { type ActiveVersion, alignLive, forgetPrepared, type LivePlaces, prepareLive } from './live/live-folder.ts';
import { type UserFileReport, untouched } from './live/user-files.ts';
import type { Release, StoredRelease } from './release.ts';
import { keepPackage } from './shared-packages.ts';
import {
  type PluginSwitch,
  refuseOtherSteps,
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

export interface InstallOptions {
  readonly who: string;
  /** Default: install where nothing is active, else upgrade. */
  readonly kind?: 'install' | 'upgrade' | 'undo';
  /** Allows other step types under the same version, another display name and a lower version. */
  readonly force?: boolean;
  /** Installs it beside the others and activates nothing. */
  readonly besides?: boolean;
  readonly switchPlugin?: SwitchPlugin;
  /** Judges instead of the standard rules, before anything is written; throws where the release must not come in. */
  readonly check?: (release: Release) => Promise<void>;
}

export interface InstallReport {
  readonly release: StoredRelease;
  /** The version that was active before; null for none. */
  readonly former: string | null;
  /** True where this very content was active already: nothing was done. */
  readonly unchanged: boolean;
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
  const { who, force = false, switchPlugin = switchInStore(places.store) } = options;
  const all = await installedVersions(places.store, release.id);
  const active = all.find((one) => one.active);
  const kind = options.kind ?? (active ? 'upgrade' : 'install');
  if (options.check) await options.check(release);
  else judge(release, all, active, { force, besides: options.besides ?? false });
  const known = all.find((one) => one.version === release.version && one.digest === release.digest);
  const former = active?.version ?? null;
  const same = known?.active === true && known.folder !== null && (await exists(join(places.path, known.folder)));
  if (same || (known && options.besides)) {
    return {
      release: { ...release, folder: known.folder ?? '' },
      former,
      unchanged: true,
      outcome: { state: 'switched' },
      userFiles: untouched,
      conflicts: [],
    };
  }
  const stored = await storeRelease(places.path, release);
  try {
    await keepPackage(places.store, stored);
    if (options.besides) {
      await places.store.transaction((tx) => registerRelease(tx, stored, { who, force }));
      return {
        release: stored,
        former,
        unchanged: false,
        outcome: { state: 'registered' },
        userFiles: untouched,
        conflicts: [],
      };
    }
    return await switchTo(places, switchPlugin, { kind, id: release.id, release: stored, former, who, force });
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

/** Refuses before anything is written. */
function judge(
  release: Release,
  all: readonly InstalledVersion[],
  active: InstalledVersion | undefined,
  { force, besides }: { force: boolean; besides: boolean },
): void {
  if (force) return;
  const other = all.find(({ name, definition }) => !sameDisplayName(name, release.name) && definition !== null);
  if (other && release.definition) {
    throw new LockstepError(
      'plugin-conflict',
      `The plugin ${release.id} is installed as "${other.name}", but this package calls it "${release.name}".`,
      { hint: 'Give one of the two plugins an id of its own; where it was only renamed, force it.' },
    );
  }
  const same = all.find(({ version }) => version === release.version);
  if (same && same.digest !== release.digest) refuseOtherSteps(same.definition, release);
  if (active && !besides && isLower(release, active)) {
    throw new LockstepError(
      'plugin-lower-version',
      `${release.name} ${active.version} is active; ${release.version} is lower.`,
      {
        hint: 'Undo the upgrade to go back, or install the lower version beside it.',
        data: { active: active.version, given: release.version },
      },
    );
  }
}

/** [DO-7] By the number of plugin.xml where both have one, else by plugin-info's version. */
function isLower(release: Release, active: InstalledVersion): boolean {
  if (!release.info && release.number !== null && active.number !== null) return release.number < active.number;
  return compareVersions(release.version, active.version) < 0;
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
