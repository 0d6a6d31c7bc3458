import { existsSync } from 'node:fs';
import { cp, mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import { bringPackages, keepPackages } from '../../host/index.ts';
import { copyStore, type DataFolder, hasDatabase, openDataFolder, openStore } from '../../store/index.ts';
import type { DataPlace } from '../local/data-place.ts';
import { type KeyPlace, keyPlace } from './key-place.ts';

export interface MoveReport {
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
  readonly files: number;
  readonly key: KeyPlace;
}

/**
 * Copies everything that a server has to another place: SQLite to PostgreSQL or back, or the folder elsewhere. The
 * source stays as it is, locked while it is read; the target's database must be empty. Rows go in one transaction, and
 * before them the files, so that a target that was not finished is seen by its empty database.
 */
export async function moveData(
  from: DataPlace,
  to: DataPlace,
  options: { readonly onProgress?: (label: string, done: number) => void; readonly signal?: AbortSignal } = {},
): Promise<MoveReport> {
  const { onProgress, signal } = options;
  if (resolve(from.data) === resolve(to.data) && from.database === to.database) {
    throw new LockstepError('usage', 'The data is to be moved to the place where it is.', {
      hint: 'Name another data folder or another database with --to.',
    });
  }
  if (!hasDatabase(from.data, from.database)) {
    throw new LockstepError('file-not-found', `There is no data in ${from.data}.`, {
      hint: 'Name the data folder with --from.',
    });
  }
  const source = await open(from);
  try {
    // one folder with two databases is locked once
    const target = resolve(from.data) === resolve(to.data) ? await openBeside(to) : await open(to);
    try {
      const files = target.path === source.path ? 0 : await copyFolders(source.path, target.path, onProgress);
      const rows = await copyStore(source.store, target.store, {
        ...(signal && { signal }),
        onProgress: (table, count) => onProgress?.(table, count),
      });
      // versions that only the shared database had, and the other way round
      await bringPackages(source.store, target.path);
      await keepPackages(target.store, target.path);
      return { rows, files, key: await keyPlace(target.store, target.path) };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

function open({ data, database }: DataPlace): Promise<DataFolder> {
  return openDataFolder(data, { write: true, raw: true, ...(database !== null && { database }) });
}

async function openBeside({ data, database }: DataPlace): Promise<Pick<DataFolder, 'store' | 'path' | 'close'>> {
  const store = await openStore(database ?? join(data, 'lockstep.db'), { vault: null });
  return { store, path: resolve(data), close: () => store.close() };
}

/** What belongs to the place or can be made again stays behind. */
const left = /^(lock|lockstep\.db(-wal|-shm|-journal)?|cache|uploads)$/;

async function copyFolders(
  from: string,
  to: string,
  onProgress?: (label: string, done: number) => void,
): Promise<number> {
  await mkdir(to, { recursive: true });
  let files = 0;
  for (const name of await readdir(from)) {
    if (left.test(name)) continue;
    if (existsSync(join(to, name)) && (await readdir(join(to, name)).catch(() => ['file'])).length > 0) {
      throw new LockstepError('data-not-empty', `${join(to, name)} is there already.`, {
        hint: 'Name a new data folder; nothing was changed.',
      });
    }
    await cp(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    files++;
    onProgress?.('folders', files);
  }
  return files;
}
