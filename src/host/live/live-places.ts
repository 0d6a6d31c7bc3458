import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataFolder } from '../../store/index.ts';
import type { InstallPlaces } from '../install-plugin.ts';

const fileName = 'plugins-dir.json';

/**
 * Where a data folder's plugins live: below it, or where the server that ran on it last was told to put them. Whoever
 * works on the folder without that server's configuration finds them by this. A folder that was copied or restored
 * elsewhere has its plugins below it again: the note holds for the folder in which it was written.
 */
export async function knownPlaces({ store, path, kept, plugins }: DataFolder): Promise<InstallPlaces> {
  const text = await readFile(join(path, fileName), 'utf8').catch(() => null);
  const note = text === null ? null : (JSON.parse(text) as { data: string; plugins: string });
  return { store, path, kept, plugins: note?.data === path ? note.plugins : plugins };
}

/** Notes a place other than the data folder's own. */
export async function rememberPlaces({ path, plugins }: DataFolder, chosen: string): Promise<void> {
  const file = join(path, fileName);
  if (chosen === plugins) await rm(file, { force: true });
  else await writeFile(file, `${JSON.stringify({ data: path, plugins: chosen })}\n`);
}
