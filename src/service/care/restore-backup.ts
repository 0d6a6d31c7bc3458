import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { createZstdDecompress } from 'node:zlib';
import { extract } from 'tar-stream';
import { LockstepError } from '../../failure/index.ts';
import { faultyLinks, type LinkedEntry } from '../../package/index.ts';
import { copyStore, latestSchema, openStore } from '../../store/index.ts';
import { type BackupManifest, manifestName } from './back-up.ts';
import { type KeyPlace, keyPlace } from './key-place.ts';

export interface RestoreReport {
  readonly data: string;
  readonly files: number;
  readonly createdAt: string;
  readonly key: KeyPlace;
}

/**
 * Makes a data folder from a backup, beside its place first: every file is checked against the manifest, then the whole
 * takes its name in one rename. Throws `backup-not-valid`, `data-not-empty`, `data-newer`; then nothing was changed.
 */
export async function restoreBackup(
  { file, data, database }: { file: string; data: string; database?: string | undefined },
  { onProgress, signal }: { onProgress?: (done: number) => void; signal?: AbortSignal } = {},
): Promise<RestoreReport> {
  const target = resolve(data);
  const there = await readdir(target).catch(() => []);
  if (there.length > 0) {
    throw new LockstepError('data-not-empty', `${target} is not empty.`, {
      hint: 'Restore into a new folder and put it in place yourself.',
    });
  }
  await mkdir(dirname(target), { recursive: true });
  const work = await mkdtemp(join(dirname(target), '.lockstep-restore-'));
  try {
    const folder = join(work, 'data');
    await mkdir(folder);
    const manifest = await unpack(file, folder, { onProgress, signal });
    if (manifest.schema > latestSchema) {
      throw new LockstepError('data-newer', `A newer Lockstep wrote this backup (schema ${manifest.schema}).`, {
        hint: 'Use that Lockstep or a later one.',
      });
    }
    const key = await restoredKey(folder, database);
    await rmdir(target).catch(() => {});
    await rename(folder, target);
    return { data: target, files: Object.keys(manifest.files).length, createdAt: manifest.createdAt, key };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Fills another database where one is named, and says where the key to it all is. */
async function restoredKey(folder: string, database: string | undefined): Promise<KeyPlace> {
  const from = join(folder, 'lockstep.db');
  const source = await openStore(from, { vault: null });
  try {
    if (database !== undefined) {
      const target = await openStore(database, { vault: null });
      await copyStore(source, target).finally(() => target.close());
    }
    return await keyPlace(source, folder);
  } finally {
    await source.close();
    if (database !== undefined) await rm(from);
  }
}

async function unpack(
  file: string,
  folder: string,
  { onProgress, signal }: { onProgress?: ((done: number) => void) | undefined; signal?: AbortSignal | undefined },
): Promise<BackupManifest> {
  const found = new Map<string, { size: number; sha256: string }>();
  const links = new Map<string, string>();
  let manifest: BackupManifest | null = null;
  const unpacking = extract();
  const source = createReadStream(file);
  const opened = createZstdDecompress();
  const broken = (cause: unknown): void => {
    unpacking.destroy(cause as Error);
  };
  source.on('error', broken).pipe(opened).on('error', broken).pipe(unpacking);
  try {
    for await (const entry of unpacking) {
      signal?.throwIfAborted();
      const bytes = await readAll(entry as unknown as AsyncIterable<unknown>);
      const { name, mode = 0o600 } = entry.header;
      if (name === manifestName) {
        manifest = JSON.parse(bytes.toString('utf8')) as BackupManifest;
        continue;
      }
      const path = join(folder, name);
      if (!path.startsWith(folder + sep)) throw notValid(file, `it holds "${name}"`);
      if (entry.header.type === 'directory') {
        await mkdir(path, { recursive: true });
        continue;
      }
      if (entry.header.type === 'symlink') {
        links.set(relative(folder, path), entry.header.linkname ?? '');
        continue;
      }
      if (entry.header.type !== 'file') throw notValid(file, `it holds "${name}"`);
      found.set(name, { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes, { mode: mode & 0o777, flush: true });
      onProgress?.(found.size);
    }
  } catch (thrown) {
    if (thrown instanceof LockstepError) throw thrown;
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') throw thrown;
    throw notValid(file, 'it is damaged or cut off', thrown);
  } finally {
    source.destroy();
  }
  if (manifest?.format !== 'lockstep-backup/1')
    throw notValid(file, 'it has no list of its files: it is cut off, or no backup');
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    if (found.get(name)?.sha256 !== sha256) throw notValid(file, `"${name}" is missing or not what was backed up`);
  }
  for (const name of found.keys()) {
    if (!Object.hasOwn(manifest.files, name)) throw notValid(file, `"${name}" is not in the list of its files`);
  }
  await writeLinks(file, folder, [...found.keys()], links);
  return manifest;
}

/** Links come last, so that nothing is written through one, and only where none of them, followed through the others, leaves. */
async function writeLinks(
  file: string,
  folder: string,
  files: readonly string[],
  links: ReadonlyMap<string, string>,
): Promise<void> {
  const entries = [...links].map(([path, target]): LinkedEntry => ({ path, kind: 'link', target }));
  for (const { path, target, why } of faultyLinks(entries)) {
    throw notValid(file, `it holds the link "${path}" → ${JSON.stringify(target)}, which ${why}`);
  }
  for (const [path, target] of links) {
    const inside = [...files, ...links.keys()].find((name) =>
      name === path ? files.includes(name) : name.startsWith(`${path}/`),
    );
    if (inside !== undefined) throw notValid(file, `it holds "${inside}", which lies inside the link "${path}"`);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(target, join(folder, path));
  }
}

async function readAll(entry: AsyncIterable<unknown>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of entry) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function notValid(file: string, why: string, cause?: unknown): LockstepError {
  return new LockstepError('backup-not-valid', `${file} cannot be restored: ${why}.`, {
    hint: 'Use another backup; nothing was changed.',
    ...(cause !== undefined && { cause }),
  });
}
