import { lstatSync, readdirSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Place } from '../../failure/index.ts';
import { leaves, notValid } from '../recipe/recipe-error.ts';
import { type FileDigests, readSource } from './file-digests.ts';
import { unreadable } from './unreadable.ts';

/** One file, folder or link of a family; `path` is relative to the family. Devices and the like have kind null. */
export interface SourceEntry {
  readonly path: string;
  readonly full: string;
  readonly kind: 'file' | 'directory' | 'link' | null;
  readonly executable: boolean;
  readonly stats: Stats;
}

/** A family's folder as its recipe sees it, each thing looked at once per run. */
export class SourceFiles {
  readonly folder: string;
  readonly #digests: FileDigests;
  readonly #real: string;
  readonly #entries = new Map<string, SourceEntry>();
  readonly #lists = new Map<string, readonly SourceEntry[]>();
  readonly #roots = new Map<string, SourceEntry>();
  readonly #folders: SourceEntry[] = [];

  constructor(folder: string, digests: FileDigests) {
    this.folder = folder;
    this.#digests = digests;
    this.#real = realpathSync(folder);
  }

  /** The start of a copy or substitution. `follow` looks through a link; a link that leaves the family is refused. */
  root(path: string, follow: boolean, at: Place): SourceEntry {
    const key = `${follow ? 'f' : 'l'}${path}`;
    const known = this.#roots.get(key);
    if (known) return known;
    const full = join(this.folder, path);
    let stats: Stats;
    try {
      stats = follow ? statSync(full) : lstatSync(full);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(full, cause);
      throw notValid(at, `"${path}" does not exist in the family.`, 'Correct the path or add the file.');
    }
    const real = realpathSync(follow ? full : join(full, '..'));
    const inside = relative(this.#real, real);
    if (path !== '' && (inside === '..' || inside.startsWith(`..${sep}`))) {
      throw leaves(at, `"${path}" leads out of the family's folder through a link.`, 'Copy the files into the family.');
    }
    const entry = describe(path, full, stats);
    this.#roots.set(key, entry);
    return entry;
  }

  /** What is directly in a folder, sorted by name. */
  list(path: string): readonly SourceEntry[] {
    const known = this.#lists.get(path);
    if (known) return known;
    const full = join(this.folder, path);
    this.#folders.push(this.#describe(path, full));
    const listed = namesIn(full).map((name) => this.#look(path === '' ? name : `${path}/${name}`));
    this.#lists.set(path, listed);
    return listed;
  }

  /** Everything that was looked at so far, folders that were listed among it; some of it more than once. */
  looked(): SourceEntry[] {
    return [...this.#roots.values(), ...this.#folders, ...this.#entries.values()];
  }

  digest(entry: SourceEntry): string {
    return this.#digests.digestOf(entry.full, entry.stats);
  }

  read(entry: SourceEntry): Buffer {
    return readSource(entry.full);
  }

  linkTarget(entry: SourceEntry): string {
    return readlinkSync(entry.full);
  }

  #look(path: string): SourceEntry {
    const known = this.#entries.get(path);
    if (known) return known;
    const entry = this.#describe(path, join(this.folder, path));
    this.#entries.set(path, entry);
    return entry;
  }

  #describe(path: string, full: string): SourceEntry {
    try {
      return describe(path, full, lstatSync(full));
    } catch (cause) {
      throw unreadable(full, cause);
    }
  }
}

function namesIn(full: string): string[] {
  try {
    return readdirSync(full).sort();
  } catch (cause) {
    throw unreadable(full, cause);
  }
}

function describe(path: string, full: string, stats: Stats): SourceEntry {
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : stats.isSymbolicLink() ? 'link' : null;
  return { path, full, kind, executable: (stats.mode & 0o111) !== 0, stats };
}
