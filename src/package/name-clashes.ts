import { linkEnds } from './safe-links.ts';
import { foldName } from './safe-name.ts';

/** What is compared of an entry: `content` is a text that two files share when their bytes and modes are the same. */
export interface NamedEntry {
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link';
  readonly target?: string | undefined;
  readonly content?: (() => string) | undefined;
}

export interface NameClash {
  readonly one: string;
  readonly other: string;
  /** True where nothing is lost when both names are one: two folders, two equal files, a link and what it leads to. */
  readonly same: boolean;
}

/** Names that differ only in letter case or composition; a file system may take them for one. Pure. */
export function nameClashes(entries: Iterable<NamedEntry>): NameClash[] {
  const all = [...entries];
  const firsts = new Map<string, NamedEntry>();
  const pairs: [NamedEntry, NamedEntry][] = [];
  for (const entry of all) {
    const folded = foldName(entry.path);
    const first = firsts.get(folded);
    if (!first) firsts.set(folded, entry);
    else if (first.path !== entry.path) pairs.push([first, entry]);
  }
  if (pairs.length === 0) return [];
  const byPath = new Map(all.map((entry) => [entry.path, entry]));
  const endOf = linkEnds(all);
  const lastOf = (entry: NamedEntry): NamedEntry | undefined => byPath.get(endOf(entry.path) ?? '');
  return pairs.map(([one, other]) => ({
    one: one.path,
    other: other.path,
    same: isSame(lastOf(one), lastOf(other)) && (one.kind === 'directory') === (other.kind === 'directory'),
  }));
}

function isSame(one: NamedEntry | undefined, other: NamedEntry | undefined): boolean {
  if (!one || !other) return false;
  if (one === other || (one.kind === 'directory' && other.kind === 'directory')) return true;
  return one.kind === 'file' && other.kind === 'file' && one.content?.() === other.content?.();
}
