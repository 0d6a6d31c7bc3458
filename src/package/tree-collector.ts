import { type ReadLimits, standardLimits } from './limits.ts';
import { notSafe } from './package-faults.ts';
import { checkLinks } from './safe-links.ts';
import { foldName, safeName } from './safe-name.ts';
import { type PackageEntry, type PackageTree, treeOf } from './tree.ts';

/** Gathers an archive's entries one by one and refuses, by name, the first that is not safe. Holds what was read in memory. */
export class TreeCollector {
  readonly #archive: string;
  readonly #limits: ReadLimits;
  readonly #entries = new Map<string, PackageEntry>();
  readonly #folded = new Map<string, string>();
  #count = 0;
  #bytes = 0;

  constructor(archive: string, limits: ReadLimits = standardLimits) {
    this.#archive = archive;
    this.#limits = limits;
  }

  /** Checks a name before its content is read. Null: nothing to keep (the archive's own top). */
  admit(rawName: string, kind: PackageEntry['kind'], size: number): string | null {
    this.#count += 1;
    if (this.#count > this.#limits.maxEntries) {
      throw notSafe(this.#archive, `it holds more than ${this.#limits.maxEntries} entries`, rawName);
    }
    this.#bytes += size;
    if (this.#bytes > this.#limits.maxBytes) {
      throw notSafe(
        this.#archive,
        `with the entry ${JSON.stringify(rawName)} it holds more than ${this.#limits.maxBytes} bytes`,
        rawName,
      );
    }
    const path = safeName(this.#archive, rawName);
    if (path === '') {
      if (kind === 'directory') return null;
      throw notSafe(this.#archive, `the entry ${JSON.stringify(rawName)} has no name`, rawName);
    }
    this.#refuseDuplicate(path, kind);
    return path;
  }

  add(entry: PackageEntry): void {
    this.#entries.set(entry.path, entry);
  }

  /** For hard links: the file that stands earlier in the archive. */
  file(rawName: string): Uint8Array | undefined {
    return this.#entries.get(safeName(this.#archive, rawName))?.bytes;
  }

  finish(): PackageTree {
    this.#refuseContentOfFiles();
    const tops = new Set([...this.#entries.keys()].map((path) => path.split('/', 1)[0]!));
    const [top] = tops;
    const rooted = tops.size === 1 && top !== undefined && this.#isFolder(top);
    const entries = rooted ? this.#below(top) : [...this.#entries.values()];
    const tree = treeOf(rooted ? top : null, entries, rooted ? this.#entries.has(top) : false);
    checkLinks(this.#archive, tree);
    return tree;
  }

  #refuseDuplicate(path: string, kind: PackageEntry['kind']): void {
    const prefix = path.split('/');
    for (let depth = 1; depth <= prefix.length; depth++) {
      const part = prefix.slice(0, depth).join('/');
      const earlier = this.#folded.get(foldName(part));
      if (earlier !== undefined && earlier !== part) {
        throw notSafe(
          this.#archive,
          `the entries "${earlier}" and "${path}" differ only in letter case or composition`,
          path,
        );
      }
      this.#folded.set(foldName(part), part);
    }
    const same = this.#entries.get(path);
    if (same && !(same.kind === 'directory' && kind === 'directory')) {
      throw notSafe(this.#archive, `the entry "${path}" stands in it twice`, path);
    }
  }

  #refuseContentOfFiles(): void {
    for (const path of this.#entries.keys()) {
      for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
        const parent = this.#entries.get(path.slice(0, cut));
        if (parent && parent.kind !== 'directory') {
          throw notSafe(
            this.#archive,
            `the entry "${path}" lies inside "${parent.path}", which is a ${parent.kind}`,
            path,
          );
        }
      }
    }
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
