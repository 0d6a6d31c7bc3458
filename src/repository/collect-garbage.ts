import type { ChannelStore } from './change-channel.ts';
import { archiveChannel, type ChannelFiles, filesOf } from './channel-files.ts';
import { rewriteCleared } from './cleared-names.ts';
import { readRecords } from './generation-record.ts';
import { readPending } from './pending-change.ts';
import { listPackages, namedPackages } from './place-package.ts';
import type { GarbageReport, GarbageRequest } from './repository.ts';
import type { RepositoryStorage, StoredFile } from './storage.ts';

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
    let garbage = packages.filter((file) => !named.has(nameOf(file)));
    if (!request.dryRun) {
      if (garbage.length > 0) await rewriteCleared(storage, files, (before) => [...before, ...garbage.map(nameOf)]);
      // what was announced before that list could be read is spared
      const spared = await namedNow(storage, files, keep);
      garbage = garbage.filter((file) => !spared.has(nameOf(file)));
      for (const [done, { path }] of garbage.entries()) {
        request.signal?.throwIfAborted();
        request.onProgress?.({ step: 'remove', done, total: garbage.length });
        await storage.delete(path);
      }
      const left = new Set((await listPackages(storage, files)).map(nameOf).filter((name) => spared.has(name)));
      await rewriteCleared(storage, files, (before) => [...before].filter((name) => !left.has(name)));
    }
    return {
      removed: garbage.map((file) => ({ filename: nameOf(file), size: file.size })),
      bytes: garbage.reduce((sum, { size }) => sum + size, 0),
      kept: packages.length - garbage.length,
    };
  } finally {
    await lock.release();
  }
}

/** What the offer, the last generations and every change that has begun name. */
async function namedNow(
  storage: RepositoryStorage,
  files: ChannelFiles,
  keep: number,
): Promise<ReadonlyMap<string, unknown>> {
  const kept = await readRecords(storage, files, keep);
  const begun = (await readPending(storage, files)).map(({ change }) => change.record);
  return namedPackages(storage, files, new Set([...kept, ...begun].map(({ index }) => index)));
}
