/**
 * One thing in a package. `path` is relative to the root, '/'-separated, without a leading or trailing slash;
 * `mode` holds permission bits only (0o777); a link's `target` is as it was written and never leaves the tree.
 */
export type PackageEntry =
  | {
      readonly path: string;
      readonly kind: 'file';
      readonly mode: number;
      readonly bytes: Uint8Array;
      readonly target?: undefined;
    }
  | {
      readonly path: string;
      readonly kind: 'directory';
      readonly mode: number;
      readonly bytes?: undefined;
      readonly target?: undefined;
    }
  | {
      readonly path: string;
      readonly kind: 'link';
      readonly mode: number;
      readonly target: string;
      readonly bytes?: undefined;
    };

/**
 * The content of a package or folder. `root` is the one top-level folder that holds everything, or null where there
 * is none (then paths start at the archive's own top). `entries` are sorted by path; the root itself is not among
 * them. Every folder that holds something has its own entry.
 */
export interface PackageTree {
  readonly root: string | null;
  readonly entries: readonly PackageEntry[];
  /** False where the archive holds the root's content but no entry for the root itself; true for folders read from disk. */
  readonly rootEntry: boolean;
}

/** Sorts entries and adds the folders that are only implied by longer paths. Pure. */
export function treeOf(root: string | null, entries: Iterable<PackageEntry>, rootEntry = true): PackageTree {
  return { root, entries: inOrder(entries, (path) => ({ path, kind: 'directory', mode: 0o755 })), rootEntry };
}

/** Entries sorted by path, the last of each, with the folders that are only implied by longer paths. Pure. */
export function inOrder<Entry extends { readonly path: string }>(
  entries: Iterable<Entry>,
  folder: (path: string) => Entry,
): Entry[] {
  const byPath = new Map<string, Entry>();
  for (const entry of entries) byPath.set(entry.path, entry);
  for (const path of [...byPath.keys()]) {
    for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
      const parent = path.slice(0, cut);
      if (byPath.has(parent)) break;
      byPath.set(parent, folder(parent));
    }
  }
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** The entry at a path, or undefined. */
export function entryAt(tree: PackageTree, path: string): PackageEntry | undefined {
  return tree.entries.find((entry) => entry.path === path);
}

/** The bytes of the file at a path; undefined where there is none or it is no file. */
export function fileAt(tree: PackageTree, path: string): Uint8Array | undefined {
  return entryAt(tree, path)?.bytes;
}

/** Readable by all, writable by the owner, executable where anybody could execute it: 0o755 or 0o644. */
export function normalMode(entry: PackageEntry): number {
  if (entry.kind === 'directory') return 0o755;
  if (entry.kind === 'link') return 0o777;
  return entry.mode & 0o111 ? 0o755 : 0o644;
}
