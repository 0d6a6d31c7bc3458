import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LockstepError } from '../failure/index.ts';
import { digestTree, type PackageTree, readFolder, writeFolder } from '../package/index.ts';
import { system } from '../ports/index.ts';
import { type Release, releaseKey, type StoredRelease } from './release.ts';

const staging = '.staging-';

/**
 * Puts a release into `<data>/versions/<id>/<version>-<digest>/`, where it never changes again. Written beside and moved
 * in by one rename: after a crash the folder is whole or absent. Doing it twice changes nothing.
 */
export async function storeRelease(data: string, release: Release): Promise<StoredRelease> {
  const folder = `versions/${release.id}/${releaseKey(release)}`;
  const target = join(data, folder);
  if (await isWhole(target, release.digest)) return { ...release, folder };
  const staged = join(data, 'versions', `${staging}${system.random.uuid()}`);
  try {
    await writeFolder(release.tree, staged);
    await mkdir(dirname(target), { recursive: true });
    await rm(target, { recursive: true, force: true });
    await rename(staged, target);
  } catch (error) {
    await rm(staged, { recursive: true, force: true });
    throw error;
  }
  return { ...release, folder };
}

/** The tree of a stored version; throws `data-not-readable` when the folder is gone or damaged. */
export async function readStored(data: string, folder: string, root: string): Promise<PackageTree> {
  try {
    return await readFolder(join(data, folder), { root });
  } catch (cause) {
    throw new LockstepError('data-not-readable', `The stored version ${folder} cannot be read.`, {
      hint: 'Install this version again.',
      cause,
    });
  }
}

async function isWhole(target: string, digest: string): Promise<boolean> {
  if (!(await exists(target))) return false;
  try {
    return digestTree(await readFolder(target, { root: null })) === digest;
  } catch {
    return false;
  }
}

/**
 * Takes away what a crash left half written, and version folders that no row names, except those whose key ends in what
 * `pinned` answers; it is asked only where such a folder is found.
 */
export async function sweepVersions(
  data: string,
  named: ReadonlySet<string>,
  pinned: () => Promise<ReadonlySet<string>>,
): Promise<void> {
  const versions = join(data, 'versions');
  let asked: Promise<ReadonlySet<string>> | null = null;
  const isPinned = async (key: string): Promise<boolean> => {
    asked ??= pinned();
    return (await asked).has(key.slice(key.lastIndexOf('-') + 1));
  };
  for (const id of await names(versions)) {
    if (id.startsWith(staging)) {
      await rm(join(versions, id), { recursive: true, force: true });
      continue;
    }
    const kept: string[] = [];
    for (const key of await names(join(versions, id))) {
      if (named.has(`versions/${id}/${key}`) || (await isPinned(key))) kept.push(key);
      else await rm(join(versions, id, key), { recursive: true, force: true });
    }
    if (kept.length === 0) await rm(join(versions, id), { recursive: true, force: true });
  }
}

export async function names(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    return [];
  }
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
