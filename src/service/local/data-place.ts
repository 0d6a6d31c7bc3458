import type { KeyObject } from 'node:crypto';
import { statSync } from 'node:fs';
import { LockstepError } from '../../failure/index.ts';
import { type DataFolder, hasDatabase, openDataFolder, sealStored } from '../../store/index.ts';
import { agreeOnRunKey } from '../runs/run-key.ts';

/** `read` looks, `change` changes what is there, `make` begins a folder where none is. */
export type Access = 'read' | 'change' | 'make';

export interface DataPlace {
  /** Absolute. */
  readonly data: string;
  /** `postgres://…` where the database is not in the folder. */
  readonly database: string | null;
}

/** Opens data that is there; only `make` begins some. Absence is never taken for emptiness: `file-not-found`. */
export async function openData(
  { data, database }: DataPlace,
  access: Access,
  key: KeyObject | null = null,
): Promise<DataFolder> {
  refuseFile(data);
  const options = database === null ? {} : { database };
  if (access !== 'make') {
    if (!hasDatabase(data, database)) throw noData(data);
    // reading a database that holds none fails, writing would begin some
    if (database !== null && access === 'change')
      await (await openDataFolder(data, { write: false, database })).close();
  }
  const folder = await openDataFolder(data, { write: access !== 'read', key, ...options });
  if (access !== 'read') await readyToSeal(folder, key);
  return folder;
}

/** With the one key of this data, and nothing left in clear; a folder whose key is missing is let go again. */
export async function readyToSeal(folder: DataFolder, key: KeyObject | null): Promise<void> {
  try {
    await agreeOnRunKey(folder, key);
    await sealStored(folder.store);
  } catch (error) {
    await folder.close();
    throw error;
  }
}

export function noData(data: string): LockstepError {
  return new LockstepError('file-not-found', `There is no data in ${data}.`, {
    hint: 'Name the folder that has it.',
    data: { folder: data },
  });
}

/** A file, or something below one, is the mistake of whoever named it. */
function refuseFile(data: string): void {
  let folder: boolean | undefined;
  try {
    folder = statSync(data, { throwIfNoEntry: false })?.isDirectory();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOTDIR') throw thrown;
    folder = false;
  }
  if (folder !== false) return;
  throw new LockstepError('usage', `${data} is no folder: data lie in a folder.`, {
    hint: 'Name the folder that has it.',
    data: { folder: data },
  });
}
