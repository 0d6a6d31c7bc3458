import { hash } from 'node:crypto';
import { normalMode, type PackageEntry, type PackageTree } from './tree.ts';

/** Hex. */
export function sha1(bytes: Uint8Array | string): string {
  return hash('sha1', bytes);
}

/** Hex. */
export function sha256(bytes: Uint8Array | string): string {
  return hash('sha256', bytes);
}

export interface DigestOptions {
  /** Gives an entry as it shall count, for instance without its version; null leaves it out. */
  readonly view?: (entry: PackageEntry) => PackageEntry | null;
}

/**
 * One sha256 over everything that a package carries: paths, kinds, normalised modes, link targets and bytes. Neither
 * the root's name nor the archive's format counts.
 */
export function digestTree(tree: PackageTree, options: DigestOptions = {}): string {
  const lines = [...digestEntries(tree, options)].map(([path, digest]) => `${JSON.stringify(path)} ${digest}\n`);
  return sha256(lines.join(''));
}

/** Per path one text that changes when the entry does: kind, normalised mode and sha256 of the content or target. */
export function digestEntries(tree: PackageTree, { view = (entry) => entry }: DigestOptions = {}): Map<string, string> {
  const digests = new Map<string, string>();
  for (const entry of tree.entries) {
    const seen = view(entry);
    if (seen) digests.set(seen.path, digestEntry(seen));
  }
  return digests;
}

function digestEntry(entry: PackageEntry): string {
  const content = entry.kind === 'file' ? sha256(entry.bytes) : entry.kind === 'link' ? sha256(entry.target) : '-';
  return `${entry.kind} ${normalMode(entry).toString(8)} ${content}`;
}
