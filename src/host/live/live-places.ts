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
export async function knownPlaces(data: DataFolder): Promise<InstallPlaces> {
  const { store, path, kept, plugins } = data;
  return { store, path, kept, plugins: (await readNote(data))?.plugins ?? plugins };
}

/** Where a server's plugins live unless it is configured otherwise: an old server's, where these were taken over. */
export async function usualPlugins(data: DataFolder): Promise<string> {
  const note = await readNote(data);
  return note?.adopted === true ? note.plugins : data.plugins;
}

interface Note {
  readonly data: string;
  readonly plugins: string;
  /** True for an old server's folder. */
  readonly adopted?: boolean;
}

async function readNote({ path }: DataFolder): Promise<Note | null> {
  const text = await readFile(join(path, fileName), 'utf8').catch(() => null);
  const note = text === null ? null : (JSON.parse(text) as Note);
  return note?.data === path ? note : null;
}

/** Notes a place other than the data folder's own. */
export async function rememberPlaces(data: DataFolder, chosen: string, adopt = false): Promise<void> {
  const { path, plugins } = data;
  const file = join(path, fileName);
  const note = await readNote(data);
  const adopted = adopt || (note?.adopted === true && note.plugins === chosen);
  if (chosen === plugins) await rm(file, { force: true });
  else await writeFile(file, `${JSON.stringify({ data: path, plugins: chosen, ...(adopted && { adopted }) })}\n`);
}
