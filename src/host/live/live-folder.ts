import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type PackageTree, readFolder, treeOf, writeFolder } from '../../package/index.ts';
import { releaseKey } from '../release.ts';
import { exists, isFolder, names, readStored } from '../version-folders.ts';
import {
  type BesidePlaces,
  bringBeside,
  discard,
  formerFolder,
  moveFolder,
  nextFolder,
  nextFolders,
  stagingFolder,
  stagingName,
} from './beside.ts';
import {
  conflictFolder,
  forgetConflicts,
  type KeptPlaces,
  keepAside,
  keepConflicts,
  ownEntries,
} from './keep-aside.ts';
import { likeOriginal } from './like-original.ts';
import { type LiveMarker, markerName, readMarker, shows, writeMarker } from './live-marker.ts';
import { carryUserFiles, isUserFile, type UserFileReport, untouched } from './user-files.ts';

export type LivePlaces = BesidePlaces & KeptPlaces;

/** What a row says of a version. */
export interface ActiveVersion {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
  /** Relative to the data folder. */
  readonly folder: string;
}

export function liveFolder(places: LivePlaces, id: string): string {
  return join(places.plugins, id);
}

/** Reads a live folder without our marker and without what Python leaves behind. */
export async function readLive(places: LivePlaces, id: string): Promise<PackageTree> {
  return readFolder(liveFolder(places, id), {
    root: id,
    include: (path) => path !== markerName && path !== `${markerName}.new` && !/(^|\/)__pycache__$/.test(path),
    mayLeave: isUserFile,
  });
}

/**
 * Prepares the folder that will be live, complete but not yet in place. Doing this before the commit leaves only renames
 * for afterwards. Returns what becomes of the administrator's files.
 */
export async function prepareLive(
  places: LivePlaces,
  wanted: ActiveVersion,
  packaged?: PackageTree,
): Promise<UserFileReport> {
  const fresh =
    (await formerTree(places, wanted)) ?? packaged ?? (await readStored(places.path, wanted.folder, wanted.id));
  const carried = await carryFromCurrent(places, wanted, fresh);
  const staged = stagingFolder(places);
  try {
    await writeFolder(treeOf(wanted.id, carried.entries), staged);
    await likeOriginal(liveFolder(places, wanted.id), staged, carried.own);
    const marker = await formerMarker(places, wanted);
    await writeMarker(staged, {
      id: wanted.id,
      version: marker?.version ?? wanted.version,
      package: marker?.package ?? wanted.digest,
      loaded: marker?.loaded ?? [],
    });
    const next = nextFolder(places, wanted);
    await mkdir(dirname(next), { recursive: true });
    await discard(next);
    await rename(staged, next);
    await keepConflicts(places, wanted, carried.report);
  } catch (error) {
    await rm(staged, { recursive: true, force: true });
    throw error;
  }
  return carried.report;
}

/** What a change to this content would do to the administrator's files; nothing is written. */
export async function foreseeFiles(places: LivePlaces, id: string, fresh: PackageTree): Promise<UserFileReport> {
  if (!(await exists(liveFolder(places, id)))) return untouched;
  const live = await readLive(places, id);
  return carryUserFiles({ base: await originOf(places, id), live, fresh }).report;
}

async function carryFromCurrent(places: LivePlaces, wanted: ActiveVersion, fresh: PackageTree) {
  const { id } = wanted;
  const folder = liveFolder(places, id);
  if (!(await exists(folder))) return { entries: [...fresh.entries], own: [], report: untouched };
  const live = await readLive(places, id);
  const { entries, report } = carryUserFiles({ base: await originOf(places, id), live, fresh });
  const current = new Set(live.entries);
  const own = entries.filter((entry) => current.has(entry)).map(({ path }) => path);
  const lost = new Set(report.replaced);
  const aside = await keepAside(places, {
    ...{ id, name: `replaced-by-${releaseKey(wanted)}`, live: folder },
    entries: live.entries.filter(({ path }) => lost.has(path)),
  });
  return { entries, own, report: { ...report, aside } };
}

/** The package that a live folder was made from; null where that is not known: then all of it is the administrator's. */
async function originOf(places: LivePlaces, id: string): Promise<PackageTree | null> {
  const marker = await readMarker(liveFolder(places, id));
  if (!marker || marker.adopted) return null;
  const folder = packageFolder(marker);
  return (await exists(join(places.path, folder))) ? readStored(places.path, folder, id) : null;
}

/** [DO-6] Going back: the former folder with what had been edited in it, but without its user files, which are older than today's. */
async function formerTree(places: LivePlaces, wanted: ActiveVersion): Promise<PackageTree | null> {
  if (!(await formerMarker(places, wanted))) return null;
  const folder = formerFolder(places, wanted.id);
  const tree = await readFolder(folder, {
    root: wanted.id,
    include: (path) => path !== markerName && !isUserFile(path),
    mayLeave: isUserFile,
  });
  return tree;
}

async function formerMarker(places: LivePlaces, wanted: ActiveVersion) {
  const marker = await readMarker(formerFolder(places, wanted.id));
  return shows(marker, wanted) ? marker : null;
}

/**
 * Makes the live folder what the row says: nothing where it is so already, else the current one is set aside as the
 * former and the prepared one moves in. Safe to repeat after a crash [DO-3] between any two of its steps.
 */
export async function alignLive(places: LivePlaces, wanted: ActiveVersion): Promise<UserFileReport | null> {
  const live = liveFolder(places, wanted.id);
  const marker = await readMarker(live);
  const next = nextFolder(places, wanted);
  if (shows(marker, wanted)) {
    await discard(nextFolders(places, wanted.id));
    return null;
  }
  const report = (await readMarker(next)) ? null : await prepareLive(places, wanted);
  if (await exists(live)) {
    await discard(formerFolder(places, wanted.id));
    await moveFolder(live, formerFolder(places, wanted.id));
  }
  await moveFolder(next, live);
  await discard(nextFolders(places, wanted.id));
  return report;
}

/** Takes a live folder away after its row is gone; what its package did not bring goes to `kept/<id>/<version>-<digest>/`. Returns that folder, or null. */
export async function removeLive(places: LivePlaces, id: string): Promise<string | null> {
  const live = liveFolder(places, id);
  const marker = await readMarker(live);
  let aside: string | null = null;
  if (marker) {
    aside = await keepAside(places, {
      ...{ id, name: releaseKey({ version: marker.version, digest: marker.package }), live },
      entries: ownEntries(await readLive(places, id), await originOf(places, id)),
    });
    await discard(live);
  }
  await forgetBeside(places, id);
  return aside;
}

/** [DO-3] Takes away the former and the prepared folder of a plugin of which nothing is active. */
export async function forgetBeside(places: LivePlaces, id: string): Promise<void> {
  await discard(formerFolder(places, id));
  await discard(nextFolders(places, id));
}

/** The conflicts of the folder that is live now, also after it was edited and loaded again; null where there are none. */
export async function liveConflicts(places: LivePlaces, id: string): Promise<string | null> {
  const marker = await readMarker(liveFolder(places, id));
  if (!marker) return null;
  const folder = conflictFolder(places, { id, version: marker.version, digest: marker.package });
  return (await exists(folder)) ? folder : null;
}

/** Takes back what `prepareLive` made for a switch that did not happen. */
export async function forgetPrepared(places: LivePlaces, wanted: ActiveVersion): Promise<void> {
  await discard(nextFolder(places, wanted));
  await forgetConflicts(places, wanted);
}

/** The package folders that live and former folders came from; they are the base of every comparison. */
export async function packagesInUse(places: LivePlaces): Promise<Set<string>> {
  const used = new Set<string>();
  for (const id of await liveIds(places)) {
    for (const folder of [liveFolder(places, id), formerFolder(places, id)]) {
      const marker = await readMarker(folder);
      if (marker) used.add(packageFolder(marker));
    }
  }
  return used;
}

/** Where the package lies that a live folder was made from, relative to the data folder. */
export function packageFolder(marker: LiveMarker): string {
  return `versions/${marker.id}/${releaseKey({ version: marker.version, digest: marker.package })}`;
}

/** What a crash left half written or half deleted. */
export async function sweepLive(places: LivePlaces): Promise<void> {
  await bringBeside(places);
  for (const folder of [places.plugins, places.kept, join(places.path, 'beside'), dirname(formerFolder(places, ''))]) {
    for (const name of await names(folder)) {
      if (name.startsWith(stagingName)) await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}

/** Ids of all live folders, Lockstep's own and foreign ones; files that lie among them are nobody's plugin. */
export async function liveIds(places: LivePlaces): Promise<string[]> {
  const ids: string[] = [];
  for (const name of await names(places.plugins)) {
    if (!name.startsWith('.') && (await isFolder(join(places.plugins, name)))) ids.push(name);
  }
  return ids;
}
