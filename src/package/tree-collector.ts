import { type ReadLimits, standardLimits } from './limits.ts';
import { notSafe } from './package-faults.ts';
import { checkLinks } from './safe-links.ts';
import { safeName } from './safe-name.ts';
import { type PackageEntry, type PackageTree, treeOf } from './tree.ts';

/** Gathers an archive's entries one by one and refuses, by name, the first that is not safe. Holds what was read in memory. */
export class TreeCollector {
  readonly #archive: string;
  readonly #limits: ReadLimits;
  readonly #entries = new Map<string, PackageEntry>();
  /** Every folder that an entry lies in, whether the archive names it or not. */
  readonly #folders = new Set<string>();
  #count = 0;
  #bytes = 0;

  constructor(archive: string, limits: ReadLimits = standardLimits) {
    this.#archive = archive;
    this.#limits = limits;
  }

  /** Checks a name before its content is read. Null: nothing to keep (the archive's own top). */
  admit(rawName: string, kind: PackageEntry['kind'], size: number): string | null {
    this.#countOne(rawName);
    this.#countBytes(rawName, size);
    const path = safeName(this.#archive, rawName);
    if (path === '') {
      if (kind === 'directory') return null;
      throw notSafe(this.#archive, `the entry ${JSON.stringify(rawName)} has no name`, rawName);
    }
    const same = this.#entries.get(path);
    if (same && !(same.kind === 'directory' && kind === 'directory')) {
      throw notSafe(this.#archive, `the entry "${path}" stands in it twice`, path);
    }
    this.#countFolders(path);
    return path;
  }

  add(entry: PackageEntry): void {
    this.#entries.set(entry.path, entry);
  }

  /** A hard link: the content of a file that stands earlier in the archive, counted again, since it is written again. */
  addHardLink(path: string, target: string, mode: number): void {
    const bytes = this.#entries.get(safeName(this.#archive, target))?.bytes;
    if (!bytes) {
      throw notSafe(this.#archive, `the hard link "${path}" points to "${target}", which is no file of it`, path);
    }
    this.#countBytes(path, bytes.length);
    this.add({ path, kind: 'file', mode, bytes });
  }

  finish(): PackageTree {
    for (const folder of this.#folders) this.#refuseContentOf(this.#entries.get(folder));
    const tops = new Set([...this.#entries.keys()].map((path) => path.split('/', 1)[0]!));
    const [top] = tops;
    const rooted = tops.size === 1 && top !== undefined && this.#isFolder(top);
    const entries = rooted ? this.#below(top) : [...this.#entries.values()];
    const tree = treeOf(rooted ? top : null, entries, rooted ? this.#entries.has(top) : false);
    checkLinks(this.#archive, tree.entries);
    return tree;
  }

  #countOne(rawName: string): void {
    this.#count += 1;
    if (this.#count > this.#limits.maxEntries) {
      throw notSafe(this.#archive, `it holds more than ${this.#limits.maxEntries} entries`, rawName);
    }
  }

  #countBytes(rawName: string, size: number): void {
    this.#bytes += size;
    if (this.#bytes > this.#limits.maxBytes) {
      throw notSafe(
        this.#archive,
        `with the entry ${JSON.stringify(rawName)} it holds more than ${this.#limits.maxBytes} bytes`,
        rawName,
      );
    }
  }

  /** Folders that only longer paths imply are made too, so they count too. */
  #countFolders(path: string): void {
    for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
      const folder = path.slice(0, cut);
      if (this.#folders.has(folder)) return;
      this.#folders.add(folder);
      if (!this.#entries.has(folder)) this.#countOne(path);
    }
  }

  #refuseContentOf(parent: PackageEntry | undefined): void {
    if (!parent || parent.kind === 'directory') return;
    const inside = [...this.#entries.keys()].find((path) => path.startsWith(`${parent.path}/`));
    throw notSafe(
      this.#archive,
      `the entry "${inside}" lies inside "${parent.path}", which is a ${parent.kind}`,
      inside,
    );
  }

  #isFolder(top: string): boolean {
    const entry = this.#entries.get(top);
    return entry ? entry.kind === 'directory' : true;
  }

  #below(top: string): PackageEntry[] {
    const cut = top.length + 1;
    return [...this.#entries.values()]
      .filter((entry) => entry.path !== top)
      .map((entry) => ({ ...entry, path: entry.path.slice(cut) }));
  }
}
