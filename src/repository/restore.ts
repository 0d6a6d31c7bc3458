import { LockstepError } from '../failure/index.ts';
import { type ChannelStore, changeChannel } from './change-channel.ts';
import { filesOf } from './channel-files.ts';
import { readRecords } from './generation-record.ts';
import type { IndexEntry } from './index-entry.ts';
import { type ChannelIndex, parseIndex } from './index-file.ts';
import { listPackages } from './place-package.ts';
import { readCheckedPackage } from './read-offer.ts';
import type { ChangeReport, RestoreRequest } from './repository.ts';
import type { RepositoryStorage } from './storage.ts';
import type { Yanked } from './yanked.ts';

/** Offers again what an earlier generation offered, once every one of its packages is seen to be whole. */
export async function restore(store: ChannelStore, channel: string, request: RestoreRequest): Promise<ChangeReport> {
  return changeChannel(store, channel, request, async (state) => {
    const index = await readGeneration(store.storage, channel, request.generation);
    const stored = new Set((await listPackages(store.storage, state.files)).map(({ path }) => path));
    let done = 0;
    for (const entry of index.values()) {
      request.signal?.throwIfAborted();
      request.onProgress?.({ step: 'check', done: done++, total: index.size });
      if (state.index.get(entry.id)?.sha1 === entry.sha1) continue;
      const isGone = state.cleared.has(entry.filename) || !stored.has(state.files.package(entry.filename));
      if (isGone) throw cleared(channel, request.generation, entry);
      await readCheckedPackage(store.storage, state.files, entry);
    }
    const why = request.why ?? `Generation ${request.generation} again.`;
    const from = { channel, generation: request.generation };
    return { action: 'restore', who: request.who, why, from, index, yanked: withoutOffered(state.yanked, index) };
  });
}

/** `gc` removes packages that only older generations name, and keeps their records. */
function cleared(channel: string, generation: number, { filename }: IndexEntry): LockstepError {
  return new LockstepError(
    'generation-cleared',
    `Generation ${generation} of "${channel}" is cleared: ${filename} is gone, as "repository gc" removes what only older generations name.`,
    { hint: `Restore a later one ("lockstep channel history ${channel}"), or publish that package again.` },
  );
}

/** What the channel offered in a generation. Throws `generation-not-found`. */
export async function readGeneration(
  storage: RepositoryStorage,
  channel: string,
  generation: number,
): Promise<ChannelIndex> {
  const files = filesOf(channel);
  const record = (await readRecords(storage, files)).find((candidate) => candidate.generation === generation);
  const content = record && (await storage.read(files.indexCopy(record.index)));
  if (!content) {
    throw new LockstepError('generation-not-found', `"${channel}" has no generation ${generation} to go back to.`, {
      hint: `See "lockstep channel history ${channel}".`,
    });
  }
  return parseIndex(new TextDecoder().decode(content.bytes), files.indexCopy(record.index)).index;
}

/** Offering a withdrawn version again on purpose ends its withdrawal. */
function withoutOffered(yanked: Yanked, index: ChannelIndex): Yanked {
  const left = Object.entries(yanked).map(([id, versions]) => {
    const kept = Object.entries(versions).filter(([version]) => index.get(id)?.version !== version);
    return [id, Object.fromEntries(kept)] as const;
  });
  return Object.fromEntries(left.filter(([, versions]) => Object.keys(versions).length > 0));
}
