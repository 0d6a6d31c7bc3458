import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { system } from '../../ports/index.ts';
import { releaseKey } from '../release.ts';
import { names } from '../version-folders.ts';
import { likeOriginal } from './like-original.ts';

/** Half written or half deleted folders have this name; a start sweeps them away. */
export const stagingName = '.staging-';

/**
 * What is prepared and what was live before lies beside the live folders, in the data folder: an old server takes
 * everything in its folder of plugins for a plugin.
 */
export interface BesidePlaces {
  /** The data folder. */
  readonly path: string;
  /** Where the live folders are. */
  readonly plugins: string;
}

export function nextFolders(places: BesidePlaces, id: string): string {
  return join(places.path, 'beside', 'next', id);
}

export function nextFolder(places: BesidePlaces, wanted: { id: string; version: string; digest: string }): string {
  return join(nextFolders(places, wanted.id), releaseKey(wanted));
}

export function formerFolder(places: BesidePlaces, id: string): string {
  return join(places.path, 'beside', 'former', id);
}

/** A name beside for something that is not whole yet. */
export function stagingFolder(places: BesidePlaces): string {
  return join(places.path, 'beside', `${stagingName}${system.random.uuid()}`);
}

/** Moves a folder whole: by one rename, or by a copy that is renamed where the two lie on different file systems. */
export async function moveFolder(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    const copy = join(dirname(to), `${stagingName}${system.random.uuid()}`);
    await cp(from, copy, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    await likeOriginal(from, copy);
    await rename(copy, to);
    await discard(from);
  }
}

/** Deleting takes many steps, so a folder first gets a name under which nobody takes it for whole. */
export async function discard(folder: string): Promise<void> {
  const gone = join(dirname(folder), `${stagingName}${system.random.uuid()}`);
  try {
    await rename(folder, gone);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await rm(gone, { recursive: true, force: true });
}

/** Until 0.2 they lay among the plugins, under names with a dot. */
export async function bringBeside(places: BesidePlaces): Promise<void> {
  for (const [old, folderOf] of [['.former', formerFolder] as const, ['.next', nextFolders] as const]) {
    for (const id of await names(join(places.plugins, old))) {
      const target = folderOf(places, id);
      if ((await names(target)).length > 0) await discard(join(places.plugins, old, id));
      else await moveFolder(join(places.plugins, old, id), target);
    }
    await rm(join(places.plugins, old), { recursive: true, force: true });
  }
}
