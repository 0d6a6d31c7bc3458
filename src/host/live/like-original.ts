import { chmod, lchown, lstat, lutimes, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Gives copies the modes, times and, where this process may, the owners of their originals: a file that only its owner
 * may read stays one, and an old server that runs as another user can go on writing. Without `paths`: everything below.
 */
export async function likeOriginal(from: string, to: string, paths?: readonly string[]): Promise<void> {
  const own = process.getuid?.() === 0;
  for (const path of paths ?? ['', ...(await readdir(from, { recursive: true }))]) {
    const { mode, uid, gid, atime, mtime } = await lstat(join(from, path));
    const copy = join(to, path);
    const made = await lstat(copy);
    if (own && (made.uid !== uid || made.gid !== gid)) await lchown(copy, uid, gid);
    if (!made.isSymbolicLink() && (made.mode & 0o7777) !== (mode & 0o7777)) await chmod(copy, mode & 0o7777);
    if (!made.isDirectory()) await lutimes(copy, atime, mtime);
  }
}
