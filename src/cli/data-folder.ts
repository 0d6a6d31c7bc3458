import { type Catalogue, openCatalogue } from '../catalogue/index.ts';
import { type InstallPlaces, knownPlaces, recoverPlugins } from '../host/index.ts';
import { type DataFolder, openDataFolder } from '../store/index.ts';
import type { CommandInput } from './command.ts';

export interface OpenData {
  readonly folder: DataFolder;
  readonly catalogue: Catalogue;
  /** Where its plugins live. */
  readonly places: InstallPlaces;
}

/** Opens the command's data folder, works, and closes it in any case. Writers first finish what a crash interrupted. */
export async function withData<T>(
  { data, database, user }: Pick<CommandInput, 'data' | 'database' | 'user'>,
  access: 'read' | 'write',
  work: (open: OpenData) => Promise<T>,
): Promise<T> {
  const folder = await openDataFolder(data, { write: access === 'write', ...(database ? { database } : {}) });
  try {
    const places = await knownPlaces(folder);
    if (access === 'write')
      await recoverPlugins(places, async () => (await import('../run/index.ts')).pinnedContent(folder.store));
    return await work({ folder, places, catalogue: openCatalogue(folder.store, { user }) });
  } finally {
    await folder.close();
  }
}
