import type { ChannelStore } from './change-channel.ts';
import { archiveChannel, filesOf } from './channel-files.ts';
import { clearPackages, namedNow } from './clear-packages.ts';
import { listPackages } from './place-package.ts';
import type { GarbageReport, GarbageRequest } from './repository.ts';
import type { StoredFile } from './storage.ts';

/**
 * Removes the packages of a channel that neither its offer nor one of the last `keep` generations names. The archive
 * keeps everything that it names; records of generations are kept for ever. A name that was cleared away is not used again
 * (docs/adr/0194).
 */
export async function collectGarbage(
  { storage, lockTimeout }: ChannelStore,
  channel: string,
  request: GarbageRequest,
): Promise<GarbageReport> {
  const files = filesOf(channel);
  const lock = await storage.lock(files.lock, { who: request.who, signal: request.signal, timeout: lockTimeout });
  const keep = channel === archiveChannel ? Number.POSITIVE_INFINITY : Math.max(request.keep, 1);
  try {
    const named = await namedNow(storage, files, keep);
    const packages = await listPackages(storage, files);
    const nameOf = ({ path }: StoredFile): string => path.slice(files.folder.length);
    const unnamed = packages.filter((file) => !named.has(nameOf(file)));
    const beforeEach = (done: number, total: number): void => {
      request.signal?.throwIfAborted();
      request.onProgress?.({ step: 'remove', done, total });
    };
    const garbage = request.dryRun ? unnamed : await clearPackages(storage, files, unnamed, { keep, beforeEach });
    return {
      removed: garbage.map((file) => ({ filename: nameOf(file), size: file.size })),
      bytes: garbage.reduce((sum, { size }) => sum + size, 0),
      kept: packages.length - garbage.length,
    };
  } finally {
    await lock.release();
  }
}
