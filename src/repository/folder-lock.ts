import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { LockstepError } from '../failure/index.ts';
import { defaultLockTimeout, type LockOptions, type StorageLock } from './storage.ts';

/**
 * An exclusive lock on a file that the operating system takes back when its holder dies. Node has no call for it;
 * SQLite's own lock on an empty database is exactly this one, also among threads of one process.
 */
export async function lockFile(file: string, options: LockOptions): Promise<StorageLock> {
  const deadline = performance.now() + (options.timeout ?? defaultLockTimeout);
  for (let attempt = 0; ; attempt++) {
    options.signal?.throwIfAborted();
    const database = tryLock(file);
    if (database) {
      return {
        async release() {
          if (database.isOpen) database.close();
        },
      };
    }
    if (performance.now() > deadline) {
      throw new LockstepError('channel-busy', `Somebody else holds ${file}.`, {
        hint: 'Wait until the other publication is done and run the command again.',
      });
    }
    await wait(Math.min(10 + attempt * 5, 100), undefined, options.signal ? { signal: options.signal } : {});
  }
}

function tryLock(file: string): DatabaseSync | null {
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
  } catch (cause) {
    throw new LockstepError('not-allowed', `${file} cannot be opened for locking.`, {
      hint: 'Ask for the right to write in the repository.',
      cause,
    });
  }
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    // SQLITE_BUSY
    if ((error as { errcode?: number }).errcode === 5) return null;
    throw error;
  }
}
