import type { Dirent } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { LockstepError } from '../../../failure/index.ts';

/** A file that may hold processes. */
export interface FoundFile {
  /** As the user would name it, from where he stands. */
  readonly shown: string;
  readonly path: string;
  /** The folder that was named, absolute: there the way back is kept. */
  readonly root: string;
  /** A link: it is read, and never written through. */
  readonly link: boolean;
}

const mayHoldProcesses = /\.(?:json|ya?ml|pac)$/i;
/** What version control and package managers keep, and what we keep ourselves. */
const passedOver = new Set(['.git', '.hg', '.svn', 'node_modules', '.lockstep']);

/** Every file below some folders that may hold processes, each once, by name; a file that is named is taken whatever it is called. */
export async function findFiles(names: readonly string[], cwd: string): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>();
  for (const name of names) {
    const path = resolve(cwd, name);
    const stats = await stat(path).catch((cause: unknown) => {
      throw new LockstepError('file-not-found', `${name} does not exist.`, {
        hint: 'Name folders with exports, or exports.',
        cause,
      });
    });
    if (stats.isDirectory()) await walk(path, path);
    else add(path, dirname(path), (await lstat(path)).isSymbolicLink());
  }
  const files = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return withoutLinksInside(files);

  function add(path: string, root: string, link: boolean): void {
    if (!found.has(path)) found.set(path, { shown: relative(cwd, path), path, root, link });
  }

  async function walk(folder: string, root: string): Promise<void> {
    const entries = await readdir(folder, { withFileTypes: true });
    await Promise.all(
      entries.map(async (entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) {
          if (!passedOver.has(entry.name)) await walk(path, root);
        } else if (mayHoldProcesses.test(entry.name) && (await isFile(entry, path))) {
          add(path, root, entry.isSymbolicLink());
        }
      }),
    );
  }
}

async function isFile(entry: Dirent, path: string): Promise<boolean> {
  if (entry.isFile()) return true;
  // a link that leads to nothing, or to a folder, holds nothing of its own
  return entry.isSymbolicLink() && ((await stat(path).catch(() => null))?.isFile() ?? false);
}

/** A link to a file that is found anyhow says nothing new. */
async function withoutLinksInside(files: readonly FoundFile[]): Promise<FoundFile[]> {
  const own = new Set(files.filter(({ link }) => !link).map(({ path }) => path));
  const kept = await Promise.all(files.map(async (file) => !file.link || !own.has(await realpath(file.path))));
  return files.filter((_, index) => kept[index]);
}
