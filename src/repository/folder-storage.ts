import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { LockstepError } from '../failure/index.ts';
import { type Disk, type Ports, system } from '../ports/index.ts';
import { lockFile } from './folder-lock.ts';
import type { Content, RepositoryStorage, StoredFile } from './storage.ts';

/** Half-written files carry this prefix; the next holder of the folder's lock clears them away. */
const incoming = '.incoming-';

/** A repository in a local folder. Files are world-readable, so that any web server can serve them. */
export function folderStorage(
  root: string,
  ports: Pick<Ports, 'disk' | 'clock' | 'random'> = system,
): RepositoryStorage {
  const { disk, random } = ports;
  const at = (path: string): string => join(root, ...path.split('/'));

  async function list(prefix: string): Promise<StoredFile[]> {
    const entries = await absentAs([], disk.list(at(prefix), { deep: true }));
    const files: StoredFile[] = [];
    for (const entry of entries) {
      if (entry.kind !== 'file' || basename(entry.path).startsWith('.')) continue;
      const full = join(at(prefix), entry.path);
      const found = await absentAs(null, disk.stat(full));
      if (found) files.push({ path: relativePath(root, full), ...found });
    }
    return files.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async function stage(path: string, content: Content): Promise<string> {
    const target = at(path);
    await disk.makeFolder(dirname(target));
    const staged = join(dirname(target), `${incoming}${process.pid}-${random.uuid()}`);
    try {
      await disk.create(staged, content);
      return staged;
    } catch (error) {
      await absentAs(undefined, disk.remove(staged));
      throw translate(error, target);
    }
  }

  /** Whoever takes a lock clears away what stands half written beside it: what was not his is written once more. */
  async function writeIfAbsent(path: string, content: Content, tries: number): Promise<boolean> {
    const target = at(path);
    const isThere = async (): Promise<false> => {
      // whoever made it may have been killed before its name was on the disk
      await disk.syncFolder(dirname(target));
      return false;
    };
    if (await absentAs(null, disk.stat(target))) return isThere();
    const staged = await stage(path, content);
    try {
      await disk.link(staged, target);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EEXIST') return isThere();
      if (code === 'ENOENT' && tries > 1) return writeIfAbsent(path, content, tries - 1);
      if (code === 'ENOENT') throw changedMeanwhile(target);
      // a file system without hard links: the channel's lock keeps others from this name meanwhile
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw translate(error, target);
      await copyExclusively(ports, staged, target);
    } finally {
      await absentAs(undefined, disk.remove(staged));
    }
    await disk.syncFolder(dirname(target));
    return true;
  }

  return {
    address: root,
    folder: root,
    list,
    async listFolders(prefix) {
      const entries = await absentAs([], disk.list(at(prefix)));
      return entries
        .filter(({ path, kind }) => kind === 'folder' && !path.startsWith('.'))
        .map(({ path }) => path)
        .sort();
    },
    async read(path) {
      const bytes = await absentAs(null, disk.read(at(path)));
      return bytes && { bytes, version: versionOf(bytes) };
    },
    writeIfAbsent: (path, content) => writeIfAbsent(path, content, 3),
    async replace(path, bytes, expected) {
      const target = at(path);
      const staged = await stage(path, bytes);
      const before = await absentAs(null, disk.read(target));
      if ((before && versionOf(before)) !== expected) {
        await absentAs(undefined, disk.remove(staged));
        throw changedMeanwhile(target);
      }
      try {
        await disk.rename(staged, target);
      } catch (error) {
        await absentAs(undefined, disk.remove(staged));
        // whoever has the lock now cleared it away
        throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? changedMeanwhile(target) : translate(error, target);
      }
      await disk.syncFolder(dirname(target));
    },
    async delete(path) {
      await absentAs(undefined, disk.remove(at(path)));
    },
    async lock(path, options) {
      const file = at(path);
      await disk.makeFolder(dirname(file)).catch((error) => {
        throw translate(error, dirname(file));
      });
      const lock = await lockFile(ports, file, options);
      await clearIncoming(disk, dirname(file));
      // an index that a killed one put in its place
      await disk.syncFolder(dirname(file));
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

async function clearIncoming(disk: Disk, folder: string): Promise<void> {
  const entries = await disk.list(folder);
  for (const { path } of entries.filter(({ path }) => path.startsWith(incoming))) {
    await absentAs(undefined, disk.remove(join(folder, path)));
  }
}

async function copyExclusively(
  { disk, random }: Pick<Ports, 'disk' | 'random'>,
  from: string,
  to: string,
): Promise<void> {
  const partial = `${to}.${random.uuid()}`;
  await disk.copy(from, partial);
  await disk.rename(partial, to);
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
