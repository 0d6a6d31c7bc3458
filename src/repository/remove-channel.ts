import { sha256 } from '../package/index-write.ts';
import { type ChannelStore, recordCurrent } from './change-channel.ts';
import { channelLasts, hasEnded, parseEnd } from './channel-end.ts';
import { archiveChannel, type ChannelFiles, filesOf } from './channel-files.ts';
import { clearPackages } from './clear-packages.ts';
import { parseRecord } from './generation-record.ts';
import { indexName } from './index-file.ts';
import { encodeJson, readPending } from './pending-change.ts';
import { listPackages } from './place-package.ts';
import { channelNotFound, readIndex } from './read-offer.ts';
import { removedIndex } from './removed-index.ts';
import type { RemovedChannel, RemoveRequest, Repository } from './repository.ts';
import type { RepositoryStorage, StoredFile } from './storage.ts';

/**
 * Removes a channel with its packages and its history. Its index is replaced in one step, in the version that was read
 * before all that was decided, by one that says so: who publishes at the same moment is refused, or this is. What goes
 * after that has names that are not used again, and pointers stay (docs/adr/0194).
 * One that has no end is removed where that is said; the archive never is. Throws `channel-lasts`, `channel-busy`.
 */
export async function removeChannel(
  store: ChannelStore,
  channel: string,
  { who, signal, ended, lasting }: RemoveRequest,
): Promise<RemovedChannel> {
  if (channel === archiveChannel) throw channelLasts(channel, 'keeps what left the others and is not removed');
  const { storage, now, lockTimeout } = store;
  const files = filesOf(channel);
  const lock = await storage.lock(files.lock, { who, signal, timeout: lockTimeout });
  try {
    const end = await storage.read(files.ends);
    const yanked = await storage.read(files.yanked);
    const index = await readIndex(storage, files);
    if (!index) throw channelNotFound(channel, storage.address);
    const ends = parseEnd(end);
    if (ended && !hasEnded(ends, now())) throw channelLasts(channel, 'has not ended');
    if (ends === null && !lasting) throw channelLasts(channel, 'has no end; say --lasting to remove it all the same');
    await recordCurrent(store, files, sha256(index.bytes));
    // of what is added from here on nothing goes
    const packages = await listPackages(storage, files);
    const copies = (await storage.list(files.history)).filter(({ path }) => path.endsWith(indexName));
    const records = await recordFiles(storage, files);
    const gone = removedIndex(index.bytes);
    await storage.replace(files.index, gone, index.version);
    if ((await storage.read(files.ends))?.version !== end?.version) {
      await putBack(storage, files, gone, index.bytes);
      throw channelLasts(channel, 'was given another end in the meantime');
    }
    // what cannot be taken back begins here: it is not stopped half way
    const deleted = await clearAway(storage, files, { packages, copies, records });
    if (yanked) await storage.replace(files.yanked, encodeJson({}), yanked.version).catch(unlessBusy);
    return { channel, ends, files: deleted.length, bytes: deleted.reduce((sum, { size }) => sum + size, 0) };
  } finally {
    await lock.release();
  }
}

async function putBack(
  storage: RepositoryStorage,
  files: ChannelFiles,
  gone: Uint8Array,
  before: Uint8Array,
): Promise<void> {
  const found = await storage.read(files.index);
  if (found && Buffer.compare(found.bytes, gone) === 0) await storage.replace(files.index, before, found.version);
}

/**
 * Packages, kept indexes and records, but for what has been announced since, and for the last record, by which the
 * numbers of generations go on. Signatures stay: their numbers only rise.
 */
async function clearAway(
  storage: RepositoryStorage,
  files: ChannelFiles,
  found: Found,
): Promise<readonly StoredFile[]> {
  const packages = await clearPackages(storage, files, found.packages, { keep: 0 });
  const known = new Set(found.records.map(({ path }) => path));
  const current = await storage.read(files.index);
  const named = new Set(current ? [files.indexCopy(sha256(current.bytes))] : []);
  for (const { change } of await readPending(storage, files)) named.add(files.indexCopy(change.record.index));
  for (const { path } of await recordFiles(storage, files)) {
    const content = known.has(path) ? null : await storage.read(path);
    if (content) named.add(files.indexCopy(parseRecord(content.bytes, path).index));
  }
  const last = found.records.findLast(({ path }) => path.startsWith(files.records)) ?? found.records.at(-1);
  const copies = found.copies.filter(({ path }) => !named.has(path));
  const records = found.records.filter(({ path }) => path !== last?.path);
  for (const { path } of [...copies, ...records]) await storage.delete(path);
  return [...packages, ...copies, ...records];
}

interface Found {
  readonly packages: readonly StoredFile[];
  readonly copies: readonly StoredFile[];
  readonly records: readonly StoredFile[];
}

/** Of each generation, what its own people and what everybody may read; oldest first. */
async function recordFiles(storage: RepositoryStorage, files: ChannelFiles): Promise<StoredFile[]> {
  const listed = [...(await storage.list(files.history)), ...(await storage.list(files.records))];
  const numberOf = ({ path }: StoredFile): string => path.slice(path.lastIndexOf('/') + 1);
  const records = listed.filter((file) => /^\d{8}\.json$/.test(numberOf(file)));
  return records.sort((a, b) => (numberOf(a) < numberOf(b) ? -1 : 1));
}

function unlessBusy(error: unknown): void {
  if ((error as { code?: string }).code !== 'channel-busy') throw error;
}

/** Removes every channel whose end has come. One that somebody published to meanwhile stays. */
export async function removeEndedChannels(
  repository: Pick<Repository, 'listChannels' | 'removeChannel'>,
  { who, signal, now }: Pick<RemoveRequest, 'who' | 'signal'> & { readonly now: Date },
): Promise<RemovedChannel[]> {
  const removed: RemovedChannel[] = [];
  for (const { name, ends } of await repository.listChannels()) {
    if (!hasEnded(ends ?? null, now)) continue;
    const request = { who, ended: true, ...(signal && { signal }) };
    const one = await repository.removeChannel(name, request).catch((error: unknown) => {
      const { code } = error as { code?: string };
      if (code === 'channel-lasts' || code === 'channel-not-found' || code === 'channel-busy') return null;
      throw error;
    });
    if (one) removed.push(one);
  }
  return removed;
}
