/**
 * What code that decides must not reach for by itself: the time, chance, the disk, other machines. They are handed in
 * where services are put together, so that a simulator can be all four of them.
 */
export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly wire: Wire;
}

export interface Clock {
  /** The machine's time: people and other programs set it, forwards and back. */
  now(): Date;
  /** Milliseconds by a clock that nobody sets. */
  monotonic(): number;
  /** Rejects when the signal is aborted before. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Calls once, later; the answer calls it off. */
  after(milliseconds: number, action: () => void, options?: Quiet): () => void;
  /** Calls again and again; the answer ends it. */
  every(milliseconds: number, action: () => void, options?: Quiet): () => void;
  /** Lets whoever else lives in this program go first. */
  turn(): Promise<void>;
}

/** A quiet one keeps no program from ending. */
interface Quiet {
  readonly quiet?: boolean;
}

export interface Random {
  uuid(): string;
  bytes(count: number): Buffer;
}

/** The files of one machine. A failure has the `code` that Node gives it. */
export interface Disk {
  read(path: string): Promise<Uint8Array>;
  list(folder: string, options?: { readonly deep?: boolean }): Promise<DiskEntry[]>;
  stat(path: string): Promise<{ readonly size: number; readonly modified: number }>;
  makeFolder(path: string): Promise<void>;
  /** Makes a file that is not there yet, readable by everybody, and has its bytes on the disk before it answers. */
  create(path: string, content: Uint8Array | { readonly file: string }): Promise<void>;
  /** Gives a file another name too; `EEXIST` where that is taken. */
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  copy(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** What a folder lists is on the disk after this. */
  syncFolder(path: string): Promise<void>;
  /** A lock that its holder's death undoes; null while somebody else holds it. */
  lock(path: string): DiskLock | null;
}

export interface DiskEntry {
  /** Below the folder that was listed, with `/` between. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'other';
}

export interface DiskLock {
  release(): void;
}

/** Requests to other machines. */
export interface Wire {
  fetch: typeof fetch;
}
