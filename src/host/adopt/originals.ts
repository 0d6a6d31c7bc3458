import { constants } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { system } from '../../ports/index.ts';
import { stagingName } from '../live/beside.ts';
import { likeOriginal } from '../live/like-original.ts';
import { exists, names } from '../version-folders.ts';

/** An old server's plugins as they were before Lockstep took them over: `<data>/adopted/`. */
export function originalsFolder(data: string): string {
  return join(data, 'adopted', 'plugins');
}

/** Copies every folder and file with its times, modes and owners. Whole or not at all; a second time does nothing. */
export async function saveOriginals(data: string, plugins: string): Promise<void> {
  const target = originalsFolder(data);
  const folder = join(data, 'adopted');
  await mkdir(folder, { recursive: true });
  for (const name of await names(folder)) {
    if (name.startsWith(stagingName)) await rm(join(folder, name), { recursive: true, force: true });
  }
  if (await exists(target)) return;
  const staged = join(folder, `${stagingName}${system.random.uuid()}`);
  await copyFolder(plugins, staged);
  await rename(staged, target);
}

export async function copyFolder(from: string, to: string): Promise<void> {
  const mode = constants.COPYFILE_FICLONE;
  await cp(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true, mode });
  await likeOriginal(from, to);
}

/** Plugins that are put back already, where going back was interrupted. */
export async function putBack(data: string): Promise<Set<string>> {
  const text = await readFile(join(data, 'adopted', 'back.json'), 'utf8').catch(() => '[]');
  return new Set(JSON.parse(text) as string[]);
}

export async function notePutBack(data: string, ids: ReadonlySet<string>): Promise<void> {
  const file = join(data, 'adopted', 'back.json');
  await writeFile(`${file}.new`, JSON.stringify([...ids]));
  await rename(`${file}.new`, file);
}
