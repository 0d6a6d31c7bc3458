import { createHash } from 'node:crypto';
import { type Stats, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';

export interface RememberedFile {
  readonly bytes: Buffer;
  /** Strong, quoted. */
  readonly etag: string;
}

interface Entry extends RememberedFile {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ino: number;
}

const largestFile = 2 * 1024 * 1024;

/**
 * Small files as they are asked for over and over: one look at size, time and number per request tells whether the
 * bytes in memory are still the file's. Files are replaced by rename, so bytes and digest are always of one moment.
 */
export class FileMemory {
  readonly #entries = new Map<string, Entry>();
  readonly #budget: number;
  #held = 0;

  /** Bytes that may be held. */
  constructor(budget = 64 * 1024 * 1024) {
    this.#budget = budget;
  }

  /** Null where there is no such file, `large` where it is better sent from disk. */
  async read(path: string): Promise<RememberedFile | 'large' | null> {
    const now = await stat(path).catch(() => null);
    if (!now?.isFile()) return null;
    if (now.size > largestFile) return 'large';
    const known = this.#entries.get(path);
    if (known && isSame(known, now)) return known;
    const bytes = await readFile(path).catch(() => null);
    if (bytes === null) return null;
    const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`;
    const entry = { bytes, etag, size: now.size, mtimeMs: now.mtimeMs, ino: now.ino };
    this.#forget(path);
    if (bytes.byteLength === now.size) this.#keep(path, entry);
    return entry;
  }

  /**
   * The file if it is remembered and still the same, without a turn of the event loop: one system call of some
   * microseconds, where asking through the thread pool costs more than all the rest of an answer.
   */
  current(path: string): RememberedFile | null {
    const known = this.#entries.get(path);
    if (!known) return null;
    const now = statSync(path, { throwIfNoEntry: false });
    return now && isSame(known, now) ? known : null;
  }

  #keep(path: string, entry: Entry): void {
    for (const oldest of this.#entries.keys()) {
      if (this.#held + entry.size <= this.#budget) break;
      this.#forget(oldest);
    }
    this.#entries.set(path, entry);
    this.#held += entry.size;
  }

  #forget(path: string): void {
    this.#held -= this.#entries.get(path)?.size ?? 0;
    this.#entries.delete(path);
  }
}

function isSame(known: Entry, now: Stats): boolean {
  return known.mtimeMs === now.mtimeMs && known.ino === now.ino && known.size === now.size;
}
