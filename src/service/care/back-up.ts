import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { link, mkdtemp, open, readdir, readFile, readlink, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { backup as copyDatabase, DatabaseSync } from 'node:sqlite';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';
import { pack as createPack, type Pack } from 'tar-stream';
import { LockstepError } from '../../failure/index.ts';
import { system } from '../../ports/index.ts';
import { copyStore, hasDatabase, latestSchema, openStore } from '../../store/index.ts';
import { type KeyPlace, keyPlace } from './key-place.ts';

export interface BackupReport {
  readonly file: string;
  readonly bytes: number;
  readonly files: number;
  readonly schema: number;
  readonly key: KeyPlace;
}

/** One line per file of a backup; it is the archive's last member, so that a cut-off backup is known by its absence. */
export interface BackupManifest {
  readonly format: 'lockstep-backup/1';
  readonly schema: number;
  readonly createdAt: string;
  readonly files: Readonly<Record<string, { readonly size: number; readonly sha256: string }>>;
}

export const manifestName = 'manifest.json';

/** What a data folder can make again, or what belongs to the moment: not in a backup. */
const leftOut =
  /^(lock|lockstep\.db(-wal|-shm|-journal)?|(cache|uploads|agent|beside)(\/|$))|(^|\/)(\.next|\.former|\.uploads)(\/|$)/;

/**
 * Writes a data folder into one `.tar.zst`, also while a server writes to it: first a consistent copy of the database,
 * then the folders, which hold every version under its own name. Sessions of the page are left out; of tokens there are
 * digests only. The file takes its name when it is whole.
 */
export async function backUp(
  { data, database, file }: { data: string; database?: string | undefined; file: string },
  {
    onProgress,
    signal,
  }: { onProgress?: (label: string, done: number, total: number | null) => void; signal?: AbortSignal } = {},
): Promise<BackupReport> {
  if (!hasDatabase(data, database)) {
    throw new LockstepError('file-not-found', `There is no data in ${data}.`, {
      hint: 'Name the data folder with --data.',
    });
  }
  if (existsSync(file)) throw fileExists(file);
  const work = await mkdtemp(join(dirname(file), '.lockstep-backup-'));
  try {
    const copy = join(work, 'lockstep.db');
    if (database === undefined) await copyLive(join(data, 'lockstep.db'), copy, onProgress);
    else await copyRemote(database, copy, onProgress);
    forgetSessions(copy);
    const key = await keyOf(copy, data);
    const part = join(work, 'backup.part');
    const files = await writeArchive(data, copy, part, { onProgress, signal });
    await syncFile(part);
    await putAside(part, file);
    return { file, bytes: (await stat(file)).size, files, schema: latestSchema, key };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function keyOf(copy: string, data: string): Promise<KeyPlace> {
  const store = await openStore(copy, { vault: null });
  try {
    return await keyPlace(store, data);
  } finally {
    await store.close();
  }
}

type OnProgress = ((label: string, done: number, total: number | null) => void) | undefined;

async function copyLive(from: string, to: string, onProgress: OnProgress): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true });
  try {
    await copyDatabase(source, to, {
      rate: 2000,
      progress: ({ totalPages, remainingPages }) => onProgress?.('database', totalPages - remainingPages, totalPages),
    });
  } finally {
    source.close();
  }
}

async function copyRemote(database: string, to: string, onProgress: OnProgress): Promise<void> {
  const source = await openStore(database, { mode: 'read', vault: null });
  const target = await openStore(to, { vault: null });
  try {
    await copyStore(source, target, { onProgress: (table, rows) => onProgress?.(table, rows, null) });
  } finally {
    await target.close();
    await source.close();
  }
}

function forgetSessions(file: string): void {
  const copy = new DatabaseSync(file);
  try {
    copy.exec('pragma journal_mode = delete');
    copy.exec('delete from page_session');
    copy.exec('vacuum');
  } finally {
    copy.close();
  }
}

async function writeArchive(
  data: string,
  database: string,
  target: string,
  { onProgress, signal }: { onProgress: OnProgress; signal: AbortSignal | undefined },
): Promise<number> {
  const pack = createPack();
  const writing = pipeline(
    pack,
    createZstdCompress(),
    createWriteStream(target, { mode: 0o600 }),
    signal ? { signal } : {},
  );
  const files: Record<string, { size: number; sha256: string }> = {};
  const filling = async (): Promise<void> => {
    await addFile(pack, files, database, 'lockstep.db');
    const entries = await readdir(data, { withFileTypes: true, recursive: true });
    for (const [index, entry] of entries.entries()) {
      signal?.throwIfAborted();
      const full = join(entry.parentPath, entry.name);
      const name = relative(data, full).split(sep).join('/');
      if (leftOut.test(name)) continue;
      // empty folders and links belong to a plugin's content as well
      if (entry.isDirectory()) await addOther(pack, { name, type: 'directory' });
      if (entry.isSymbolicLink()) await addOther(pack, { name, type: 'symlink', linkname: await readlink(full) });
      if (!entry.isFile()) continue;
      await addFile(pack, files, full, name).catch((error: NodeJS.ErrnoException) => {
        // a plugin that was uninstalled meanwhile; the database copy is older, and doctor says so after a restore
        if (error.code !== 'ENOENT') throw error;
      });
      onProgress?.('files', index + 1, entries.length);
    }
    const manifest: BackupManifest = {
      format: 'lockstep-backup/1',
      schema: latestSchema,
      createdAt: system.clock.now().toISOString(),
      files,
    };
    await addEntry(pack, manifestName, Buffer.from(JSON.stringify(manifest)), 0o600);
    pack.finalize();
  };
  await Promise.all([
    writing,
    filling().catch((error: unknown) => {
      pack.destroy(error as Error);
      throw error;
    }),
  ]);
  return Object.keys(files).length;
}

async function addFile(
  pack: Pack,
  files: Record<string, { size: number; sha256: string }>,
  path: string,
  name: string,
): Promise<void> {
  const { mode } = await stat(path);
  const bytes = await readFile(path);
  files[name] = { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  await addEntry(pack, name, bytes, mode & 0o777);
}

function addEntry(pack: Pack, name: string, bytes: Buffer, mode: number): Promise<void> {
  return new Promise((done, fail) => {
    pack.entry({ name, mode, size: bytes.length }, bytes, (error) => (error ? fail(error) : done()));
  });
}

function addOther(
  pack: Pack,
  header: { name: string; type: 'directory' | 'symlink'; linkname?: string },
): Promise<void> {
  return new Promise((done, fail) => {
    pack.entry({ ...header, mode: 0o755 }, (error) => (error ? fail(error) : done()));
  });
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.sync().finally(() => handle.close());
}

/** Gives the finished backup its name; a file that came meanwhile stays, too. */
async function putAside(part: string, file: string): Promise<void> {
  try {
    await link(part, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw fileExists(file);
    // a disk without second names for a file
    await rename(part, file);
  }
}

function fileExists(file: string): LockstepError {
  return new LockstepError('usage', `${file} exists; a backup never takes the place of another file.`, {
    hint: 'Name a file that does not exist yet, such as one with the date in its name.',
  });
}
