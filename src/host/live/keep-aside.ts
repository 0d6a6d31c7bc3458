import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  digestTree,
  type PackageEntry,
  type PackageTree,
  readFolder,
  treeOf,
  writeFolder,
} from '../../package/index.ts';
import { system } from '../../ports/index.ts';
import { releaseKey } from '../release.ts';
import { exists } from '../version-folders.ts';
import { stagingName } from './beside.ts';
import { likeOriginal } from './like-original.ts';
import { sameEntry, type UserFileReport } from './user-files.ts';

export interface KeptPlaces {
  /** Where user files of uninstalled plugins, replaced edits and conflicts go. */
  readonly kept: string;
}

/**
 * Copies files of a live folder to `kept/<id>/<name>/`, or the same with a number: what was kept before is never written
 * over. The same files are kept once. Returns the folder; null where there is nothing to keep.
 */
export async function keepAside(
  { kept }: KeptPlaces,
  { id, name, live, entries }: { id: string; name: string; live: string; entries: readonly PackageEntry[] },
): Promise<string | null> {
  if (entries.length === 0) return null;
  const tree = treeOf(id, entries);
  const staged = join(kept, `${stagingName}${system.random.uuid()}`);
  await writeFolder(tree, staged);
  await likeOriginal(
    live,
    staged,
    entries.map(({ path }) => path),
  );
  for (let number = 1; ; number++) {
    const target = join(kept, id, number === 1 ? name : `${name}.${number}`);
    if (await holds(target, tree)) {
      await rm(staged, { recursive: true, force: true });
      return target;
    }
    if (await exists(target)) continue;
    await mkdir(dirname(target), { recursive: true });
    await rename(staged, target);
    return target;
  }
}

async function holds(folder: string, tree: PackageTree): Promise<boolean> {
  if (!(await exists(folder))) return false;
  return digestTree(await readFolder(folder, { root: tree.root, mayLeave: () => true })) === digestTree(tree);
}

/** What of a live folder did not come with its package, byte for byte; everything where the package is not known. */
export function ownEntries(live: PackageTree, base: PackageTree | null): PackageEntry[] {
  const brought = new Map((base?.entries ?? []).map((entry) => [entry.path, entry]));
  return live.entries.filter((entry) => {
    const before = brought.get(entry.path);
    return entry.kind !== 'directory' && !(before && sameEntry(before, entry));
  });
}

/** Puts the marked merges of conflicting templates where a person finds them, and beside them what was merged. */
export async function keepConflicts(
  places: KeptPlaces,
  wanted: { id: string; version: string; digest: string },
  { conflicts }: Pick<UserFileReport, 'conflicts'>,
): Promise<void> {
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

export async function forgetConflicts(
  places: KeptPlaces,
  wanted: { id: string; version: string; digest: string },
): Promise<void> {
  await rm(conflictFolder(places, wanted), { recursive: true, force: true });
  await rm(`${conflictFolder(places, wanted)}.json`, { force: true });
}

export function conflictFolder(places: KeptPlaces, wanted: { id: string; version: string; digest: string }): string {
  return join(places.kept, wanted.id, `conflicts-${releaseKey(wanted)}`);
}
