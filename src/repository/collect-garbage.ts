import type { ChannelStore } from './change-channel.ts';
import { archiveChannel, type ChannelFiles, filesOf } from './channel-files.ts';
import { readRecords } from './generation-record.ts';
import { listPackages, namedPackages } from './place-package.ts';
import type { GarbageReport, GarbageRequest } from './repository.ts';
import type { RepositoryStorage, StoredFile } from './storage.ts';

const hour = 3_600_000;

/**
 * Removes the packages of a channel that neither its offer nor one of the last `keep` generations names. The archive
 * keeps everything that it names; records of generations are kept for ever. What no offer named yet stays for an hour: a publisher
 * that was silent for too long, and lost the lock without knowing, may be about to offer it.
 */
export async function collectGarbage(
  { storage, lockTimeout }: ChannelStore,
  channel: string,
  request: GarbageRequest,
): Promise<GarbageReport> {
  const files = filesOf(channel);
  const lock = await storage.lock(files.lock, { who: request.who, signal: request.signal, timeout: lockTimeout });
  try {
    const records = await readRecords(storage, files);
    const kept = channel === archiveChannel ? records : records.slice(-Math.max(request.keep, 1));
    const named = await namedPackages(storage, files, new Set(kept.map(({ index }) => index)));
    const packages = await listPackages(storage, files);
    const unnamed = packages.filter(({ path }) => !named.has(path.slice(files.folder.length)));
    const garbage = await withoutNew(storage, files, unnamed);
    for (const [done, { path }] of garbage.entries()) {
      request.signal?.throwIfAborted();
      request.onProgress?.({ step: 'remove', done, total: garbage.length });
      if (!request.dryRun) await storage.delete(path);
    }
    return {
      removed: garbage.map(({ path, size }) => ({ filename: path.slice(files.folder.length), size })),
      bytes: garbage.reduce((sum, { size }) => sum + size, 0),
      kept: packages.length - garbage.length,
    };
  } finally {
    await lock.release();
  }
}

/** Without files that no offer ever named, and that came within an hour by the storage's own clock. */
async function withoutNew(
  storage: RepositoryStorage,
  files: ChannelFiles,
  unnamed: readonly StoredFile[],
): Promise<readonly StoredFile[]> {
  if (unnamed.length === 0) return unnamed;
  const now = Math.max(...(await storage.list(files.folder)).map(({ modified }) => modified));
  if (unnamed.every(({ modified }) => now - modified >= hour)) return unnamed;
  const ever = await namedPackages(storage, files);
  return unnamed.filter(({ path, modified }) => now - modified >= hour || ever.has(path.slice(files.folder.length)));
}
