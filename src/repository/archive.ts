import { LockstepError } from '../failure/index.ts';
import { compareVersions } from '../plugin/index-json.ts';
import { type ChannelStore, changeChannel } from './change-channel.ts';
import { archiveChannel, filesOf } from './channel-files.ts';
import { type IndexEntry, withFields } from './index-entry.ts';
import { type ArchivedVersion, packagesOf } from './packages-of.ts';
import { placePackage } from './place-package.ts';
import { readCheckedPackage } from './read-offer.ts';
import type { ArchiveRequest, ChangeReport } from './repository.ts';

/** Takes plugins out of the offer and keeps their packages in the archive. */
export async function archive(store: ChannelStore, channel: string, request: ArchiveRequest): Promise<ChangeReport> {
  return changeChannel(store, channel, request, async (state) => {
    const leaving = request.plugins.map((id) => offered(state.index, id, channel));
    await addToArchive(store, channel, leaving, request);
    const index = new Map(state.index);
    for (const { id } of leaving) index.delete(id);
    return { action: 'archive', who: request.who, why: request.why, index };
  });
}

/** The entry that a channel offers; throws `plugin-not-found`. */
export function offered(index: ReadonlyMap<string, IndexEntry>, id: string, channel: string): IndexEntry {
  const entry = index.get(id);
  if (entry) return entry;
  throw new LockstepError('plugin-not-found', `"${channel}" does not offer ${id}.`, {
    hint: `See "lockstep channel show ${channel}".`,
  });
}

/**
 * Copies packages of a channel into the archive. Its index holds the highest version of each plugin, with all others
 * under `versions`. Called while the other channel is locked; nobody locks a channel while holding the archive's lock.
 */
export async function addToArchive(
  store: ChannelStore,
  from: string,
  entries: readonly IndexEntry[],
  { who, why, signal }: { readonly who: string; readonly why?: string; readonly signal?: AbortSignal },
): Promise<void> {
  if (entries.length === 0 || from === archiveChannel) return;
  const files = filesOf(from);
  await changeChannel(store, archiveChannel, signal ? { who, signal } : { who }, async (state) => {
    const index = new Map(state.index);
    for (const entry of entries) {
      const known = index.get(entry.id);
      if (known && packagesOf(known).some(({ sha1sum }) => sha1sum === entry.sha1)) continue;
      const bytes = await readCheckedPackage(store.storage, files, entry);
      index.set(entry.id, joinVersions(known, await placePackage(store, state, entry, bytes, true)));
    }
    return { action: 'archive', who, why: why ?? `Left the offer of "${from}".`, index };
  });
}

function joinVersions(known: IndexEntry | undefined, added: IndexEntry): IndexEntry {
  if (!known) return added;
  const head = compareVersions(added.version, known.version) > 0 ? added : known;
  const versions: ArchivedVersion[] = [...packagesOf(known), ...packagesOf(added)]
    .filter(({ filename }) => filename !== head.filename)
    .sort((a, b) => compareVersions(a.version, b.version));
  return withFields(head, { versions });
}
