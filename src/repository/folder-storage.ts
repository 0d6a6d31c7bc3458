import { createHash, randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LockstepError } from '../failure/index.ts';
import { lockFile } from './folder-lock.ts';
import type { Content, RepositoryStorage, StoredFile } from './storage.ts';

/** Half-written files carry this prefix; the next holder of the folder's lock clears them away. */
const incoming = '.incoming-';

/** A repository in a local folder. Files are world-readable, so that any web server can serve them. */
export function folderStorage(root: string): RepositoryStorage {
  const at = (path: string): string => join(root, ...path.split('/'));

  async function list(prefix: string): Promise<StoredFile[]> {
    const entries = await absentAs([], readdir(at(prefix), { withFileTypes: true, recursive: true }));
    const files: StoredFile[] = [];
    for (const entry of entries) {
      if (!entry.isFile() || entry.name.startsWith('.')) continue;
      const full = join(entry.parentPath, entry.name);
      const found = await absentAs(null, stat(full));
      if (found) files.push({ path: relativePath(root, full), size: found.size, modified: found.mtimeMs });
    }
    return files.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async function stage(path: string, content: Content): Promise<string> {
    const target = at(path);
    await mkdir(dirname(target), { recursive: true, mode: 0o755 });
    const staged = join(dirname(target), `${incoming}${process.pid}-${randomUUID()}`);
    try {
      if (!(content instanceof Uint8Array)) await copyFile(content.file, staged);
      const handle = await open(staged, content instanceof Uint8Array ? 'wx' : 'r+', 0o644);
      try {
        if (content instanceof Uint8Array) await handle.writeFile(content);
        await handle.chmod(0o644);
        await handle.sync();
      } finally {
        await handle.close();
      }
      return staged;
    } catch (error) {
      await absentAs(undefined, unlink(staged));
      throw translate(error, target);
    }
  }

  return {
    address: root,
    list,
    async listFolders(prefix) {
      const entries = await absentAs([], readdir(at(prefix), { withFileTypes: true }));
      return entries
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
        .map((entry) => entry.name)
        .sort();
    },
    async read(path) {
      const bytes = await absentAs(null, readFile(at(path)));
      return bytes && { bytes, version: versionOf(bytes) };
    },
    async writeIfAbsent(path, content) {
      const target = at(path);
      if (await absentAs(null, stat(target))) return false;
      const staged = await stage(path, content);
      try {
        await link(staged, target);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === 'EEXIST') return false;
        // a file system without hard links: the channel's lock keeps others from this name meanwhile
        if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw translate(error, target);
        await copyExclusively(staged, target);
      } finally {
        await absentAs(undefined, unlink(staged));
      }
      await syncFolder(dirname(target));
      return true;
    },
    async replace(path, bytes, expected) {
      const target = at(path);
      const staged = await stage(path, bytes);
      const before = await absentAs(null, readFile(target));
      if ((before && versionOf(before)) !== expected) {
        await absentAs(undefined, unlink(staged));
        throw changedMeanwhile(target);
      }
      try {
        await rename(staged, target);
      } catch (error) {
        await absentAs(undefined, unlink(staged));
        throw translate(error, target);
      }
      await syncFolder(dirname(target));
    },
    async delete(path) {
      await absentAs(undefined, unlink(at(path)));
    },
    async lock(path, options) {
      const file = at(path);
      await mkdir(dirname(file), { recursive: true, mode: 0o755 }).catch((error) => {
        throw translate(error, dirname(file));
      });
      const lock = await lockFile(file, options);
      await clearIncoming(dirname(file));
      return lock;
    },
  };
}

/** The error for an index that somebody replaced in between. */
export function changedMeanwhile(path: string): LockstepError {
  return new LockstepError('channel-busy', `${path} is no longer what it was when it was read.`, {
    hint: 'Another writer replaced or removed it in between. Run the command again: it starts from what is there now.',
  });
}

async function clearIncoming(folder: string): Promise<void> {
  const names = await readdir(folder);
  for (const name of names.filter((name) => name.startsWith(incoming))) {
    await absentAs(undefined, unlink(join(folder, name)));
  }
}

async function copyExclusively(from: string, to: string): Promise<void> {
  const partial = `${to}.${randomUUID()}`;
  await copyFile(from, partial);
  await rename(partial, to);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function versionOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function relativePath(root: string, full: string): string {
  return full.slice(join(root, '/').length).replaceAll('\\', '/');
}

async function absentAs<T, V>(value: V, promise: Promise<T>): Promise<T | V> {
  try {
    return await promise;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return value;
    throw error;
  }
}

function translate(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new LockstepError('disk-full', `There is no room left for ${basename(path)} in ${dirname(path)}.`, {
      hint: 'Free some space and run the command again: it goes on from what is there.',
      cause: error,
    });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new LockstepError('not-allowed', `${path} may not be written (${code}).`, {
      hint: 'Ask for the right to write in the repository.',
      cause: error,
    });
  }
  return error;
}
