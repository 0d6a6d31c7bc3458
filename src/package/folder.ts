import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { LockstepError } from '../failure/index.ts';
import { sha256 } from './digest.ts';
import { nameClashes } from './name-clashes.ts';
import { notSafe, notSafeToPack } from './package-faults.ts';
import { faultyLinks } from './safe-links.ts';
import { normalMode, type PackageEntry, type PackageTree, treeOf } from './tree.ts';

const together = 32;

export interface ReadFolderOptions {
  /** The tree's root name; null for a tree without one. */
  readonly root: string | null;
  /** False leaves a file, link or whole folder out. */
  readonly include?: (path: string, kind: PackageEntry['kind']) => boolean;
  /** True for links that are taken as they stand, wherever they lead. */
  readonly mayLeave?: (path: string) => boolean;
}

/** Reads a folder from disk into a tree. Throws `file-not-found`, `file-unreadable`, and `package-not-safe` for links that leave and for devices. */
export async function readFolder(dir: string, options: ReadFolderOptions): Promise<PackageTree> {
  const entries: PackageEntry[] = [];
  await collect(dir, '', options.include ?? (() => true), entries);
  const tree = treeOf(options.root, entries);
  for (const { path, target, why } of faultyLinks(tree.entries)) {
    if (options.mayLeave?.(path)) continue;
    throw notSafeToPack(dir, `the link "${path}" → ${JSON.stringify(target)} ${why}`, path);
  }
  return tree;
}

async function collect(
  dir: string,
  below: string,
  include: NonNullable<ReadFolderOptions['include']>,
  entries: PackageEntry[],
): Promise<void> {
  const names = await reading(join(dir, below), (path) => readdirSync(path, { withFileTypes: true }));
  const folders: string[] = [];
  for (const item of names) {
    const path = below === '' ? item.name : `${below}/${item.name}`;
    const kind = item.isDirectory() ? 'directory' : item.isSymbolicLink() ? 'link' : 'file';
    if (!include(path, kind)) continue;
    if (item.name.includes('\uFFFD')) throw notSafeToPack(dir, `"${path}" has a name that is not UTF-8`, path);
    if (kind === 'file' && !item.isFile())
      throw notSafeToPack(dir, `"${path}" is neither a file, a folder nor a link`, path);
    if (kind === 'directory') folders.push(path);
    else {
      entries.push(await readOne(dir, path));
      if (entries.length % together === 0) await breathe();
    }
  }
  for (const path of folders) {
    const { mode } = await reading(join(dir, path), (name) => lstatSync(name));
    entries.push({ path, kind: 'directory', mode: mode & 0o777 });
    await collect(dir, path, include, entries);
  }
}

// Plugins are many small files: for those the synchronous calls are several times as fast as a round through the thread
// pool. Large files go through it, and between batches other work gets its turn.
const smallFile = 256 * 1024;
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

async function readOne(dir: string, path: string): Promise<PackageEntry> {
  const full = join(dir, path);
  const stats = await reading(full, (name) => lstatSync(name));
  if (stats.isSymbolicLink()) {
    return { path, kind: 'link', mode: 0o777, target: await reading(full, (name) => readlinkSync(name)) };
  }
  const small = stats.size <= smallFile;
  const bytes = await reading(full, (name): Buffer | Promise<Buffer> => (small ? readFileSync(name) : readFile(name)));
  return { path, kind: 'file', mode: stats.mode & 0o777, bytes };
}

async function reading<T>(path: string, read: (path: string) => T | Promise<T>): Promise<T> {
  try {
    return await read(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new LockstepError('file-not-found', `${path} does not exist.`, { cause });
    }
    throw new LockstepError('file-unreadable', `${path} cannot be read: ${message}`, { cause });
  }
}

/**
 * Writes a tree as a folder: `dir` becomes the root's content, whatever the root is called. `dir` must be absent or
 * empty. Links are written last, so that nothing is written through one. Throws `disk-full`, `file-unreadable`, and
 * `package-not-safe` where the file system cannot keep two names apart and their contents differ.
 */
export async function writeFolder(tree: PackageTree, dir: string): Promise<void> {
  try {
    mkdirSync(dir, { recursive: true });
    if (readdirSync(dir).length > 0) {
      throw new LockstepError('file-unreadable', `${dir} is not empty; nothing was written.`);
    }
    const names = namesOn(dir, tree);
    let written = 0;
    for (const entry of tree.entries) {
      if (entry.kind === 'link' || names.isThere(entry)) continue;
      if (entry.kind === 'directory') mkdirSync(join(dir, entry.path), { mode: 0o755 });
      else await writeOne(dir, entry);
      written += 1;
      if (written % together === 0) await breathe();
    }
    for (const entry of tree.entries) {
      if (entry.kind === 'link' && !names.isThere(entry)) symlinkSync(entry.target, join(dir, entry.path));
    }
  } catch (cause) {
    throw writingFault(dir, cause);
  }
}

/**
 * Names that only some systems tell apart. The file system at hand is asked, by looking whether the second name is there
 * once the first is written; where it is, equal contents are one, and others cannot be written.
 */
function namesOn(dir: string, tree: PackageTree): { isThere(entry: PackageEntry): boolean } {
  const named = tree.entries.map((entry) => ({ ...entry, content: () => `${normalMode(entry)} ${contentOf(entry)}` }));
  const clashing = new Map(
    nameClashes(named).flatMap((clash) => [
      [clash.one, clash],
      [clash.other, clash],
    ]),
  );
  return {
    isThere(entry) {
      if (sep === '\\' && entry.path.includes('\\')) {
        throw notSafe(dir, `the name "${entry.path}" has a backslash, which parts folders here`, entry.path);
      }
      const clash = clashing.get(entry.path);
      if (!clash || !lstatSync(join(dir, entry.path), { throwIfNoEntry: false })) return false;
      if (clash.same) return true;
      throw notSafe(dir, `"${clash.one}" and "${clash.other}" are one name on this file system`, entry.path);
    },
  };
}

function contentOf(entry: PackageEntry): string {
  return entry.kind === 'file' ? sha256(entry.bytes) : '';
}

async function writeOne(dir: string, entry: PackageEntry & { kind: 'file' }): Promise<void> {
  const path = join(dir, entry.path);
  const mode = normalMode(entry);
  const options = { flag: 'wx', mode };
  if (entry.bytes.length <= smallFile) writeFileSync(path, entry.bytes, options);
  else await writeFile(path, entry.bytes, options);
  // the umask has taken bits away
  if (mode & process.umask()) chmodSync(path, mode);
}

function writingFault(dir: string, cause: unknown): Error {
  if (cause instanceof LockstepError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new LockstepError('disk-full', `There is no room left to write ${dir}.`, {
      hint: 'Free some space and try again.',
      cause,
    });
  }
  return new LockstepError('file-unreadable', `${dir} cannot be written: ${message}`, { cause });
}
