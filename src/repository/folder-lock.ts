import { LockstepError } from '../failure/index.ts';
import type { Disk, DiskLock, Ports } from '../ports/index.ts';
import { defaultLockTimeout, type LockOptions, type StorageLock } from './storage.ts';

/** An exclusive lock on a file that the operating system takes back when its holder dies; waited for. */
export async function lockFile(
  { disk, clock }: Pick<Ports, 'disk' | 'clock'>,
  file: string,
  options: LockOptions,
): Promise<StorageLock> {
  const deadline = clock.monotonic() + (options.timeout ?? defaultLockTimeout);
  for (let attempt = 0; ; attempt++) {
    options.signal?.throwIfAborted();
    const lock = tryLock(disk, file);
    if (lock) return { release: async () => lock.release() };
    if (clock.monotonic() > deadline) {
      throw new LockstepError('channel-busy', `Somebody else holds ${file}.`, {
        hint: 'Wait until the other publication is done and run the command again.',
      });
    }
    await clock.wait(Math.min(10 + attempt * 5, 100), options.signal);
  }
}

function tryLock(disk: Disk, file: string): DiskLock | null {
  try {
    return disk.lock(file);
  } catch (cause) {
    throw new LockstepError('not-allowed', `${file} cannot be opened for locking.`, {
      hint: 'Ask for the right to write in the repository.',
      cause,
    });
  }
}
