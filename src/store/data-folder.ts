import type { KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { sql } from 'kysely';
import { LockstepError } from '../failure/index.ts';
import { lockFolder } from './folder-lock.ts';
import { openStore } from './open-store.ts';
import { openVault } from './sealing/vault.ts';
import type { Store } from './store.ts';

export interface DataFolder {
  readonly path: string;
  readonly store: Store;
  readonly writable: boolean;
  /** `plugins/`: the live folder of each plugin. */
  readonly plugins: string;
  /** `versions/`: every installed version, `<plugin id>/<version>-<digest>/`. */
  readonly versions: string;
  /** `cache/`: downloaded packages. */
  readonly cache: string;
  /** `kept/`: user files kept aside. */
  readonly kept: string;
  close(): Promise<void>;
}

export interface DataFolderOptions {
  /** Takes the folder's lock, creates the folder and brings the schema up to date. */
  readonly write: boolean;
  /** `postgres://…` instead of `lockstep.db` in the folder. */
  readonly database?: string;
  /** Seals what may hold a secret; else `run.key` in the folder does. */
  readonly key?: KeyObject | null;
  /** Awaited before data that are there are brought up to date. */
  readonly beforeMigration?: () => Promise<void>;
  /** Rows are seen and copied as they lie there, sealed. */
  readonly raw?: boolean;
}

/** Whether a folder has a database in it, or one that lies elsewhere is named. Absence is never taken for emptiness. */
export function hasDatabase(path: string, database: string | null | undefined): boolean {
  return typeof database === 'string' || existsSync(join(path, 'lockstep.db'));
}

/**
 * Opens a data folder: `lockstep.db`, `plugins/`, `versions/`, `cache/`, `kept/`, `lock`. One writer at a time
 * (`data-busy` for a second); readers take no lock and create nothing: a folder that is not there reads as an empty one.
 * A writer that adds nothing to a new folder leaves none behind.
 */
export async function openDataFolder(
  path: string,
  { write, database, key = null, raw = false, beforeMigration }: DataFolderOptions,
): Promise<DataFolder> {
  const folder = resolve(path);
  const file = join(folder, 'lockstep.db');
  const vault = raw ? null : openVault(join(folder, 'run.key'), key);
  const places = {
    path: folder,
    writable: write,
    plugins: join(folder, 'plugins'),
    versions: join(folder, 'versions'),
    cache: join(folder, 'cache'),
    kept: join(folder, 'kept'),
  };
  if (!write) {
    const store = await openStore(database ?? (existsSync(file) ? file : ':memory:'), {
      mode: database || existsSync(file) ? 'read' : 'create',
      vault,
    });
    return { ...places, store, close: () => store.close() };
  }

  const made = makeFolder(folder);
  const hadLock = existsSync(join(folder, 'lock'));
  const hadDatabase = existsSync(file);
  let unlock: (() => void) | undefined;
  const tidy = (unused: boolean): void => {
    unlock?.();
    if (!unused) return;
    if (!hadLock) rmSync(join(folder, 'lock'), { force: true });
    if (!hadDatabase && database === undefined)
      for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
    for (const level of made) if (readdirSync(level).length === 0) rmdirSync(level);
  };
  try {
    unlock = lockFolder(join(folder, 'lock'), {
      what: `The data folder ${folder}`,
      hint: 'Wait until it has finished, or talk to it through its server.',
    });
  } catch (error) {
    tidy(made.length > 0);
    throw error;
  }
  try {
    const store = await openStore(database ?? file, { vault, ...(beforeMigration && { beforeMigration }) });
    const close = async (): Promise<void> => {
      const unused = (!hadDatabase || database !== undefined) && !hadLock && (await isUnused(store, folder));
      await store.close();
      tidy(unused);
    };
    return { ...places, store, close };
  } catch (error) {
    tidy(!hadLock);
    throw error;
  }
}

/** The folders that had to be made, innermost first. */
function makeFolder(folder: string): string[] {
  const missing: string[] = [];
  for (let level = folder; !existsSync(level); level = dirname(level)) missing.push(level);
  try {
    // one by one: below /proc the recursive way tries for ever
    // the folder itself holds passwords and documents: its owner's alone
    for (const level of missing.toReversed())
      if (!existsSync(level)) mkdirSync(level, level === folder ? { mode: 0o700 } : {});
  } catch (thrown) {
    const full = (thrown as NodeJS.ErrnoException).code === 'ENOSPC';
    throw new LockstepError(full ? 'disk-full' : 'data-not-readable', `The data folder ${folder} cannot be made.`, {
      hint: 'Name another folder with --data.',
      cause: thrown,
    });
  }
  return missing;
}

/** No row in any table, and nothing but our own files in the folder. */
async function isUnused(store: Store, folder: string): Promise<boolean> {
  const others = readdirSync(folder).filter((name) => !/^(lockstep\.db(-wal|-shm)?|lock)$/.test(name));
  if (others.length > 0) return false;
  const { rows } = await sql<{ used: number }>`select (exists (select 1 from activity) or exists (select 1 from process)
    or exists (select 1 from plugin_version) or exists (select 1 from setting where key not in ('servers.run-key-check', 'servers.sealed'))) as used`.execute(
    store.db,
  );
  return !rows[0]?.used;
}
