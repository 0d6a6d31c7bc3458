import { cp, lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import type { InstallPlaces } from '../install-plugin.ts';
import { installedVersions } from '../installed-rows.ts';
import { moveFolder, stagingFolder } from '../live/beside.ts';
import { likeOriginal } from '../live/like-original.ts';
import { liveFolder, liveIds } from '../live/live-folder.ts';
import { markerName } from '../live/live-marker.ts';
import { switchInStore } from '../switch-plugin.ts';
import { exists, names } from '../version-folders.ts';
import { copyFolder, notePutBack, originalsFolder, putBack } from './originals.ts';

export interface WayBack {
  /** Plugins that are again as they were when they were taken over. */
  readonly restored: readonly string[];
  /** Plugins that came since; they stay. */
  readonly newer: readonly string[];
  /** Files that people put below `var/` since, carried along. */
  readonly carried: readonly string[];
  /** Where the folders lie as Lockstep last had them. */
  readonly kept: string;
}

/**
 * Puts an old server's plugins back, byte for byte as they were taken over, with what people put below `var/` since. How each
 * looked last is kept. Safe to repeat after a crash anywhere in it. Throws `plugin-not-found` where nothing was taken over.
 */
export async function goBack(places: InstallPlaces, who: string): Promise<WayBack> {
  const originals = originalsFolder(places.path);
  if (!(await exists(originals))) {
    throw new LockstepError('plugin-not-found', `${places.path} took no old server's plugins over.`, {
      hint: 'Name the data folder into which they were adopted: --data DIR.',
    });
  }
  // without the marker no start takes a folder for ours: first the markers, then the rows, then the files
  for (const id of await liveIds(places)) await rm(join(liveFolder(places, id), markerName), { force: true });
  const switchPlugin = switchInStore(places.store);
  for (const { id, version, active } of await installedVersions(places.store)) {
    if (active) await switchPlugin({ kind: 'uninstall', id, former: version, who, force: true });
  }
  const done = await putBack(places.path);
  const carried: string[] = [];
  const ids: string[] = [];
  for (const id of await names(originals)) {
    if (!(await lstat(join(originals, id))).isDirectory()) continue;
    ids.push(id);
    if (done.has(id)) continue;
    carried.push(...(await restore(places, originals, id)));
    await notePutBack(places.path, done.add(id));
  }
  const newer = (await liveIds(places)).filter((id) => !ids.includes(id));
  await moveFolder(dirname(originals), stagingFolder(places));
  await rm(join(places.path, 'beside'), { recursive: true, force: true });
  return { restored: ids, newer, carried, kept: places.kept };
}

/** Under this name, with a number, `kept/<id>/` has the folder as Lockstep last had it. */
const lastLook = 'before-going-back-';

async function restore(places: InstallPlaces, originals: string, id: string): Promise<string[]> {
  const live = liveFolder(places, id);
  const kept = await names(join(places.kept, id));
  const before = kept.filter((name) => name.startsWith(lastLook));
  const last = (number: number) => join(places.kept, id, `${lastLook}${number}`);
  // a crash between the two moves left only the kept one
  const present = (await exists(live)) ? live : before.length > 0 ? last(before.length) : null;
  const staged = stagingFolder(places);
  await copyFolder(join(originals, id), staged);
  const carried = present === null ? [] : await carryNewFiles(present, staged);
  if (present === live) await moveFolder(live, last(before.length + 1));
  await moveFolder(staged, live);
  return carried.map((path) => `${id}/${path}`);
}

/** What lies below `var/` of the one and not of the other. */
async function carryNewFiles(from: string, to: string): Promise<string[]> {
  const found = await readdir(join(from, 'var'), { withFileTypes: true, recursive: true }).catch(() => []);
  const carried: string[] = [];
  for (const entry of found) {
    const path = join(entry.parentPath, entry.name).slice(from.length + 1);
    if (entry.isDirectory() || (await lstat(join(to, path)).catch(() => null))) continue;
    await copyOne(from, to, path);
    carried.push(path);
  }
  return carried;
}

async function copyOne(from: string, to: string, path: string): Promise<void> {
  await mkdir(dirname(join(to, path)), { recursive: true });
  await cp(join(from, path), join(to, path), { verbatimSymlinks: true, preserveTimestamps: true });
  await likeOriginal(from, to, [path]);
}
