import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import { normalMode, type PackageTree, readFolder, treeOf } from '../../package/index.ts';
import type { Capabilities } from '../../plugin/index.ts';
import { system } from '../../ports/index.ts';
import { readRelease } from '../plugin-source.ts';
import type { Release } from '../release.ts';
import { exists } from '../version-folders.ts';
import { type LivePlaces, liveFolder, packageFolder, readLive } from './live-folder.ts';
import { markerName, readMarker } from './live-marker.ts';
import { isPackageFile } from './modified-plugin.ts';

const attempts = 8;

/**
 * A plugin as this server uses it: one immutable value, replaced as a whole when the plugin changes. Whoever holds it
 * sees one state, never a mixture. Its `tree` has what the package brings; `var/` is the server's own and read from disk.
 */
export interface LoadedPlugin {
  readonly release: Release;
  /** By device, empty for a plugin without plugin-info. */
  readonly capabilities: Readonly<Record<string, Capabilities>>;
}

export function loadedFrom(release: Release): LoadedPlugin {
  return Object.freeze({ release, capabilities: release.info?.capabilities ?? {} });
}

/**
 * Reads a live folder as a release: what was edited in it, with `var/` as the package brought it, so that an unedited
 * folder has its package's digest. Read again while somebody is writing; throws what is wrong with its place.
 */
export async function readEdited(places: LivePlaces, id: string): Promise<Release> {
  const live = await readUnmixed(places, id);
  const marker = await readMarker(liveFolder(places, id));
  const packaged = marker ? await packagedVar(places, packageFolder(marker), id) : null;
  // without its package everything below var/ is the administrator's and no part of the plugin
  const own = (packaged?.entries ?? []).filter(({ path }) => !isPackageFile(path));
  const edited = live.entries.filter(({ path }) => isPackageFile(path));
  const normal = [...edited, ...own].map((entry) => ({ ...entry, mode: normalMode(entry) }));
  const release = readRelease(treeOf(id, normal), liveFolder(places, id));
  if (release.info === null && release.id !== id) {
    throw new LockstepError('plugin-not-valid', `${liveFolder(places, id)} holds the plugin ${release.id}.`, {
      hint: 'A plugin’s folder is named after its id.',
    });
  }
  return release;
}

/** `var/` as the package brought it; null where the package is no longer there. */
async function packagedVar(places: LivePlaces, folder: string, id: string): Promise<PackageTree | null> {
  if (!(await exists(join(places.path, folder)))) return null;
  return readFolder(join(places.path, folder), { root: id, include: (path) => !isPackageFile(path) });
}

/** A look at sizes and times before and after the reading tells whether somebody wrote meanwhile. */
async function readUnmixed(places: LivePlaces, id: string): Promise<PackageTree> {
  const folder = liveFolder(places, id);
  for (let attempt = 1; ; attempt++) {
    const before = fingerprint(folder);
    const tree = await readLive(places, id);
    if (before === fingerprint(folder)) return tree;
    if (attempt === attempts) {
      throw new LockstepError('plugin-conflict', `${folder} changes while it is being read.`, {
        hint: 'Reload when whatever writes there has finished.',
      });
    }
    await system.clock.wait(5 * attempt);
  }
}

/** Sizes, times and numbers of a folder's files, `var/` left out: equal while nobody writes there. */
export function fingerprint(folder: string, below = ''): string {
  let lines = '';
  try {
    for (const item of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? item.name : `${below}/${item.name}`;
      if (!isPackageFile(path) || path.startsWith(markerName)) continue;
      const { size, mtimeMs, ctimeMs, ino } = lstatSync(join(folder, path));
      lines += `${path} ${size} ${mtimeMs} ${ctimeMs} ${ino}\n`;
      if (item.isDirectory()) lines += fingerprint(folder, path);
    }
  } catch {
    // something went away just now: the reading that follows says so, or the next look differs
    lines += `${below} is gone\n`;
  }
  return lines;
}
