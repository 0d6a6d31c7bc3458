/**
 * The small port on which channels are kept. Paths are `/`-separated and relative to the repository. Each write is
 * whole or not there at all, also after a crash, and on disk (or acknowledged) when the promise resolves.
 */
export interface RepositoryStorage {
  /** As shown to people, without secrets. */
  readonly address: string;
  /** Where the files lie on this machine; absent where they lie elsewhere. */
  readonly folder?: string;
  /** Every file under the prefix (a folder's path ending in `/`), at any depth, sorted by path. */
  list(prefix: string): Promise<StoredFile[]>;
  /** Names of the folders directly under the prefix. */
  listFolders(prefix: string): Promise<string[]>;
  read(path: string): Promise<StoredContent | null>;
  /** False if the path is taken; what is there stays as it is. */
  writeIfAbsent(path: string, content: Content): Promise<boolean>;
  /**
   * Replaces the file in one step, if it still has the version that `read` gave (null: does not exist).
   * Throws `channel-busy` otherwise.
   */
  replace(path: string, bytes: Uint8Array, expected: string | null): Promise<void>;
  /** Nothing happens if it is not there. */
  delete(path: string): Promise<void>;
  /** Waits for the lock; throws `channel-busy` after `timeout` milliseconds. It does not outlive its holder. */
  lock(path: string, options: LockOptions): Promise<StorageLock>;
  /** Finds out whether the storage can keep what the rest of this port promises; throws `storage-not-safe`. */
  check?(): Promise<void>;
  close?(): void;
}

export type Content = Uint8Array | { readonly file: string };

export interface StoredFile {
  readonly path: string;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

export interface StoredContent {
  readonly bytes: Uint8Array;
  /** Changes whenever the bytes do. */
  readonly version: string;
}

export interface LockOptions {
  readonly who: string;
  readonly signal?: AbortSignal | undefined;
  readonly timeout?: number | undefined;
}

export interface StorageLock {
  release(): Promise<void>;
}

export const defaultLockTimeout = 60_000;
