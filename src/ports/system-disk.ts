import { copyFile, link, mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Disk, DiskLock } from './ports.ts';

/** The disks of this machine. */
export const systemDisk: Disk = {
  read: (path) => readFile(path),
  async list(folder, { deep = false } = {}) {
    const entries = await readdir(folder, { withFileTypes: true, recursive: deep });
    return entries.map((entry) => ({
      path: relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'),
      kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other',
    }));
  },
  async stat(path) {
    const { size, mtimeMs } = await stat(path);
    return { size, modified: mtimeMs };
  },
  async makeFolder(path) {
    await mkdir(path, { recursive: true, mode: 0o755 });
  },
  async create(path, content) {
    const bytes = content instanceof Uint8Array ? content : null;
    if (bytes === null) await copyFile((content as { file: string }).file, path);
    const handle = await open(path, bytes ? 'wx' : 'r+', 0o644);
    try {
      if (bytes) await handle.writeFile(bytes);
      await handle.chmod(0o644);
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  link,
  rename,
  copy: copyFile,
  remove: unlink,
  async syncFolder(path) {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  lock: lockFile,
};

/**
 * An exclusive lock on a file that the operating system takes back when its holder dies. Node has no call for it;
 * SQLite's own lock on an empty database is exactly this one, also among threads of one process.
 */
function lockFile(file: string): DiskLock | null {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    // SQLITE_BUSY
    if ((error as { errcode?: number }).errcode === 5) return null;
    throw error;
  }
  return {
    release() {
      if (database.isOpen) database.close();
    },
  };
}
