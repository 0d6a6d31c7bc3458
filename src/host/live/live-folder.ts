import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type PackageTree, readFolder, treeOf, writeFolder } from '../../package/index.ts';
import { releaseKey } from '../release.ts';
import { exists, names, readStored } from '../version-folders.ts';
import { type LiveMarker, markerName, readMarker, shows, writeMarker } from './live-marker.ts';
import { carryUserFiles, isUserFile, type UserFileReport } from './user-files.ts';

/** Beside the live folders, so that moving is one rename on one file system. The dot keeps them out of every list. */
const nextName = '.next';
const formerName = '.former';
const stagingName = '.staging-';

export interface LivePlaces {
  /** The data folder. */
  readonly path: string;
  /** Where the live folders are. */
  readonly plugins: string;
  /** Where user files of uninstalled plugins and conflicts go. */
  readonly kept: string;
}

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
  const staged = join(places.plugins, `${stagingName}${randomUUID()}`);
  try {
    await writeFolder(treeOf(wanted.id, carried.entries), staged);
    const marker = await formerMarker(places, wanted);
    await writeMarker(staged, {
      id: wanted.id,
      version: marker?.version ?? wanted.version,
      package: marker?.package ?? wanted.digest,
      loaded: marker?.loaded ?? [],
    });
    const next = nextFolder(places, wanted);
    await mkdir(dirname(next), { recursive: true });
    await discard(places, next);
    await rename(staged, next);
    await keepConflicts(places, wanted, carried.report);
  } catch (error) {
    await rm(staged, { recursive: true, force: true });
    throw error;
  }
  return carried.report;
}

const nothing: UserFileReport = { kept: [], merged: [], conflicts: [], replaced: [], dropped: [] };

async function carryFromCurrent(places: LivePlaces, wanted: ActiveVersion, fresh: PackageTree) {
  const current = liveFolder(places, wanted.id);
  if (!(await exists(current))) return { entries: [...fresh.entries], report: nothing };
  const live = await readLive(places, wanted.id);
  const marker = await readMarker(current);
  const folder = marker
    ? `versions/${wanted.id}/${releaseKey({ version: marker.version, digest: marker.package })}`
    : null;
  const base =
    folder && (await exists(join(places.path, folder))) ? await readStored(places.path, folder, wanted.id) : null;
  return carryUserFiles({ base, live, fresh });
}

/** Going back: the former folder with what had been edited in it, but without its user files, which are older than today's. */
async function formerTree(places: LivePlaces, wanted: ActiveVersion): Promise<PackageTree | null> {
  if (!(await formerMarker(places, wanted))) return null;
  const folder = formerFolder(places, wanted);
  const tree = await readFolder(folder, {
    root: wanted.id,
    include: (path) => path !== markerName && !isUserFile(path),
  });
  return tree;
}

async function formerMarker(places: LivePlaces, wanted: ActiveVersion) {
  const marker = await readMarker(formerFolder(places, wanted));
  return shows(marker, wanted) ? marker : null;
}

/**
 * Makes the live folder what the row says: nothing where it is so already, else the current one is set aside as the
 * former and the prepared one moves in. Safe to repeat after a crash between any two of its steps.
 */
export async function alignLive(places: LivePlaces, wanted: ActiveVersion): Promise<void> {
  const live = liveFolder(places, wanted.id);
  const marker = await readMarker(live);
  const next = nextFolder(places, wanted);
  if (shows(marker, wanted)) {
    await discard(places, join(places.plugins, nextName, wanted.id));
    return;
  }
  if (!(await readMarker(next))) await prepareLive(places, wanted);
  if (await exists(live)) {
    const aside = join(places.plugins, formerName, wanted.id);
    await discard(places, aside);
    await mkdir(dirname(aside), { recursive: true });
    await rename(live, aside);
  }
  await rename(next, live);
  await discard(places, join(places.plugins, nextName, wanted.id));
}

/** Takes a live folder away after its row is gone; the administrator's files go to `kept/<id>/<version>-<digest>/`. Returns that folder, or null. */
export async function removeLive(places: LivePlaces, id: string): Promise<string | null> {
  const live = liveFolder(places, id);
  const marker = await readMarker(live);
  let aside: string | null = null;
  if (marker) {
    aside = await keepUserFiles(places, id, releaseKey({ version: marker.version, digest: marker.package }));
    await discard(places, live);
  }
  await forgetBeside(places, id);
  return aside;
}

/** Takes away the former and the prepared folder of a plugin of which nothing is active. */
export async function forgetBeside(places: LivePlaces, id: string): Promise<void> {
  await discard(places, join(places.plugins, formerName, id));
  await discard(places, join(places.plugins, nextName, id));
}

/** Deleting takes many steps, so a folder first gets a name under which nobody takes it for whole. */
async function discard(places: LivePlaces, folder: string): Promise<void> {
  const gone = join(places.plugins, `${stagingName}${randomUUID()}`);
  try {
    await rename(folder, gone);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await rm(gone, { recursive: true, force: true });
}

async function keepUserFiles(places: LivePlaces, id: string, key: string): Promise<string | null> {
  const live = await readLive(places, id);
  const stored = join(places.path, 'versions', id, key);
  const brought = new Set<string>();
  if (await exists(stored)) {
    for (const entry of (await readFolder(stored, { root: id })).entries) brought.add(entry.path);
  }
  const own = live.entries.filter(({ path, kind }) => isUserFile(path) && kind !== 'directory' && !brought.has(path));
  if (own.length === 0) return null;
  const target = await freeName(join(places.kept, id, key));
  const staged = join(places.kept, `${stagingName}${randomUUID()}`);
  await writeFolder(treeOf(id, own), staged);
  await mkdir(dirname(target), { recursive: true });
  await rename(staged, target);
  return target;
}

/** Earlier kept files are never written over. */
async function freeName(folder: string): Promise<string> {
  for (let number = 2, name = folder; ; number++) {
    if (!(await exists(name))) return name;
    name = `${folder}.${number}`;
  }
}

/** Puts the marked merges of conflicting templates where a person finds them, and beside them what was merged. */
async function keepConflicts(places: LivePlaces, wanted: ActiveVersion, { conflicts }: UserFileReport): Promise<void> {
  const folder = conflictFolder(places, wanted);
  await forgetConflicts(places, wanted);
  for (const { path, marked } of conflicts) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, marked);
  }
  if (conflicts.length > 0) {
    const sides = Object.fromEntries(conflicts.map(({ path, base, mine, stands }) => [path, { base, mine, stands }]));
    await writeFile(`${folder}.json`, JSON.stringify(sides, null, 1));
  }
}

async function forgetConflicts(places: LivePlaces, wanted: ActiveVersion): Promise<void> {
  await rm(conflictFolder(places, wanted), { recursive: true, force: true });
  await rm(`${conflictFolder(places, wanted)}.json`, { force: true });
}

export function conflictFolder(places: LivePlaces, wanted: { id: string; version: string; digest: string }): string {
  return join(places.kept, wanted.id, `conflicts-${releaseKey(wanted)}`);
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
  await discard(places, nextFolder(places, wanted));
  await forgetConflicts(places, wanted);
}

/** The package folders that live and former folders came from; they are the base of every comparison. */
export async function packagesInUse(places: LivePlaces): Promise<Set<string>> {
  const used = new Set<string>();
  for (const id of await liveIds(places)) {
    for (const folder of [liveFolder(places, id), join(places.plugins, formerName, id)]) {
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
  for (const folder of [places.plugins, places.kept]) {
    for (const name of await names(folder)) {
      if (name.startsWith(stagingName)) await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}

/** Ids of all live folders, Lockstep's own and foreign ones. */
export async function liveIds(places: LivePlaces): Promise<string[]> {
  return (await names(places.plugins)).filter((name) => !name.startsWith('.'));
}

function nextFolder(places: LivePlaces, wanted: ActiveVersion): string {
  return join(places.plugins, nextName, wanted.id, releaseKey(wanted));
}

function formerFolder(places: LivePlaces, wanted: ActiveVersion): string {
  return join(places.plugins, formerName, wanted.id);
}
