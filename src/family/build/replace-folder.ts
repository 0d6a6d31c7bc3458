import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** What goes into a folder, sorted by path, with every folder among it. */
export type FolderEntry =
  | { readonly path: string; readonly kind: 'directory' }
  | { readonly path: string; readonly kind: 'link'; readonly target: string }
  | { readonly path: string; readonly kind: 'file'; readonly mode: number; readonly bytes: Uint8Array };

/**
 * Writes a tree as a folder that takes the place of the one before. Whoever looks sees the old or the new one, but for
 * the instant between two renames. Synchronous: for thousands of small files that is several times as fast.
 */
export function replaceFolder(entries: readonly FolderEntry[], folder: string): void {
  const staged = join(dirname(folder), `.${basename(folder)}.${process.pid}.new`);
  const old = `${staged}.old`;
  try {
    rmSync(staged, { recursive: true, force: true });
    writeEntries(entries, staged);
    moveAway(folder, old);
    renameSync(staged, folder);
  } finally {
    rmSync(staged, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

function writeEntries(entries: readonly FolderEntry[], folder: string): void {
  // where the umask takes none of our bits away, the modes are right from the start
  const exact = (process.umask() & 0o755) === 0;
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  for (const entry of entries) {
    const path = join(folder, entry.path);
    if (entry.kind === 'directory') mkdirSync(path, { mode: 0o755 });
    else if (entry.kind === 'file') writeFileSync(path, entry.bytes, { flag: 'wx', mode: entry.mode });
    if (!exact && entry.kind !== 'link') chmodSync(path, entry.kind === 'file' ? entry.mode : 0o755);
  }
  if (!exact) chmodSync(folder, 0o755);
  // last, so that nothing is written through one
  for (const entry of entries) if (entry.kind === 'link') symlinkSync(entry.target, join(folder, entry.path));
}

function moveAway(folder: string, old: string): void {
  try {
    renameSync(folder, old);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
