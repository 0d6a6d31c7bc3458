import type { ChannelStore } from './change-channel.ts';
import { channelLasts, hasEnded, parseEnd } from './channel-end.ts';
import { archiveChannel, filesOf } from './channel-files.ts';
import { channelNotFound } from './read-offer.ts';
import type { RemovedChannel, RemoveRequest, Repository } from './repository.ts';

/**
 * Removes a channel with its packages and its history: first the index, so that nobody is offered what is no longer there.
 * One that has no end is removed where that is said; the archive never is. Throws `channel-lasts`.
 */
export async function removeChannel(
  { storage, now, lockTimeout }: ChannelStore,
  channel: string,
  { who, signal, ended, lasting }: RemoveRequest,
): Promise<RemovedChannel> {
  if (channel === archiveChannel) throw channelLasts(channel, 'keeps what left the others and is not removed');
  const files = filesOf(channel);
  const lock = await storage.lock(files.lock, { who, signal, timeout: lockTimeout });
  try {
    if (!(await storage.read(files.index))) throw channelNotFound(channel, storage.address);
    const ends = parseEnd(await storage.read(files.ends));
    if (ended && !hasEnded(ends, now())) throw channelLasts(channel, 'has not ended');
    if (ends === null && !lasting) throw channelLasts(channel, 'has no end; say --lasting to remove it all the same');
    const found = [...(await storage.list(files.folder)), ...(await storage.list(files.records))];
    // what cannot be taken back begins here: it is not stopped half way
    await storage.delete(files.index);
    for (const { path } of found) if (path !== files.index) await storage.delete(path);
    return { channel, ends, files: found.length, bytes: found.reduce((sum, { size }) => sum + size, 0) };
  } finally {
    await lock.release();
  }
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
      if (code === 'channel-lasts' || code === 'channel-not-found') return null;
      throw error;
    });
    if (one) removed.push(one);
  }
  return removed;
}
