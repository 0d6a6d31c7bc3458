import { readFileSync, type Stats } from 'node:fs';
import { sha256 } from '../../package/index-write.ts';
import { isSettled } from './settled.ts';
import { unreadable } from './unreadable.ts';

/** What was known of a file when it was last read: `[size, mtimeMs, ctimeMs, ino, sha256]`. */
export type KnownFile = readonly [number, number, number, number, string];

/**
 * The sha256 of source files, without reading again those that surely are the same: size, both times and inode are
 * unchanged, and the file was not changed so shortly before it was read that its times could not tell.
 */
export class FileDigests {
  readonly #before: ReadonlyMap<string, KnownFile>;
  readonly #now = new Map<string, KnownFile>();

  /** True once a file was read that was not known, or was known otherwise. */
  hasNews = false;

  constructor(before: ReadonlyMap<string, KnownFile> = new Map()) {
    this.#before = before;
  }

  digestOf(path: string, stats: Stats): string {
    const known = this.#now.get(path) ?? this.#before.get(path);
    if (known && isSame(known, stats)) {
      this.#now.set(path, known);
      return known[4];
    }
    return this.remember(path, stats, readSource(path));
  }

  /** For bytes that were read anyway. */
  remember(path: string, stats: Stats, bytes: Uint8Array): string {
    const digest = sha256(bytes);
    if (isSettled(stats, Date.now()) && bytes.length === stats.size) {
      this.#now.set(path, [stats.size, stats.mtimeMs, stats.ctimeMs, stats.ino, digest]);
      this.hasNews = true;
    }
    return digest;
  }

  /** What this run saw, and what an earlier one knew of files that this run did not meet. */
  entries(): [string, KnownFile][] {
    return [...new Map([...this.#before, ...this.#now])];
  }
}

export function readSource(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function isSame([size, mtime, ctime, ino]: KnownFile, stats: Stats): boolean {
  return size === stats.size && mtime === stats.mtimeMs && ctime === stats.ctimeMs && ino === stats.ino;
}
