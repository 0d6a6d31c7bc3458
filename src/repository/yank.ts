import { offered } from './archive.ts';
import { type ChannelState, type ChannelStore, changeChannel } from './change-channel.ts';
import { readRecords } from './generation-record.ts';
import type { IndexEntry } from './index-entry.ts';
import { readCheckedPackage } from './read-offer.ts';
import type { ChangeReport, YankRequest } from './repository.ts';
import { readGeneration } from './restore.ts';
import type { Yanked, YankedVersion } from './yanked.ts';

/**
 * Withdraws what a channel offers of some plugins, with a reason that servers can show. The packages stay where they
 * are. A replacement that is an earlier version of the plugin takes the place at once; any other text only advises.
 */
export async function yank(store: ChannelStore, channel: string, request: YankRequest): Promise<ChangeReport> {
  return changeChannel(store, channel, request, async (state) => {
    const index = new Map(state.index);
    const yanked: Record<string, Record<string, YankedVersion>> = { ...state.yanked } as never;
    for (const id of request.plugins) {
      const entry = offered(state.index, id, channel);
      index.delete(id);
      yanked[id] = {
        ...yanked[id],
        [entry.version]: {
          reason: request.why,
          replacement: request.replacement ?? null,
          // servers tell the reason to their users; who it was stands in the record
          who: store.publicHistory ? request.who : '',
          when: store.now().toISOString(),
          filename: entry.filename,
        },
      };
      const former = request.replacement && (await formerEntry(store, state, id, request.replacement));
      if (!former) continue;
      await readCheckedPackage(store.storage, state.files, former);
      index.set(id, former);
    }
    return { action: 'yank', who: request.who, why: request.why, index, yanked: yanked satisfies Yanked };
  });
}

/** The newest entry with this version that the channel offered before. */
async function formerEntry(
  { storage }: ChannelStore,
  { channel, files }: ChannelState,
  id: string,
  version: string,
): Promise<IndexEntry | null> {
  const records = await readRecords(storage, files);
  const offeredThen = records.findLast(({ changes }) =>
    changes.some((change) => change.id === id && change.after === version),
  );
  if (!offeredThen) return null;
  const index = await readGeneration(storage, channel, offeredThen.generation);
  return index.get(id) ?? null;
}
