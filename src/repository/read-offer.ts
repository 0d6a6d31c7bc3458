import { LockstepError } from '../failure/index.ts';
import { sha1, sha256 } from '../package/index-write.ts';
import { parseEnd } from './channel-end.ts';
import { type ChannelFiles, channelsFolder, filesOf, isChannelName } from './channel-files.ts';
import type { IndexEntry } from './index-entry.ts';
import { parseIndex } from './index-file.ts';
import { isRemoved } from './removed-index.ts';
import type { Offer } from './repository.ts';
import type { RepositoryStorage, StoredContent } from './storage.ts';

/** What a channel offers now. Throws `channel-not-found` and `index-not-valid`. */
export async function readOffer(storage: RepositoryStorage, channel: string): Promise<Offer> {
  const files = filesOf(channel);
  const content = await readIndex(storage, files);
  if (!content) throw channelNotFound(channel, storage.address);
  const text = new TextDecoder().decode(content.bytes);
  const ends = parseEnd(await storage.read(files.ends));
  return { channel, text, ends, ...parseIndex(text, `${storage.address}/${files.index}`) };
}

/** The index of a channel that is there; null where none ever was or it was removed. */
export async function readIndex(storage: RepositoryStorage, files: ChannelFiles): Promise<StoredContent | null> {
  const content = await storage.read(files.index);
  return content && !isRemoved(content.bytes) ? content : null;
}

/** The names of the channels that are there. */
export async function readChannelNames(storage: RepositoryStorage): Promise<string[]> {
  const names = (await storage.listFolders(channelsFolder)).filter(isChannelName);
  const there = await Promise.all(names.map((name) => readIndex(storage, filesOf(name))));
  return names.filter((_name, at) => there[at] !== null);
}

/** The package of an entry, if its bytes are those that the index names; throws `package-damaged` otherwise. */
export async function readCheckedPackage(
  storage: RepositoryStorage,
  files: ChannelFiles,
  entry: IndexEntry,
): Promise<Uint8Array> {
  const content = await storage.read(files.package(entry.filename));
  if (!content) throw packageDamaged(entry, 'it is not there');
  checkPackage(entry, content.bytes);
  return content.bytes;
}

/** Compares size, sha1 and (where the index has it) sha256. Throws `package-damaged`. */
export function checkPackage(entry: IndexEntry, bytes: Uint8Array): void {
  if (bytes.byteLength !== entry.size) {
    throw packageDamaged(entry, `it has ${bytes.byteLength} bytes and not ${entry.size}`);
  }
  if (entry.sha256 !== null) {
    if (sha256(bytes) !== entry.sha256) throw packageDamaged(entry, 'its sha256 is not the one in the index');
  } else if (sha1(bytes) !== entry.sha1) throw packageDamaged(entry, 'its sha1 is not the one in the index');
}

export function packageDamaged(entry: IndexEntry, why: string): LockstepError {
  return new LockstepError('package-damaged', `${entry.filename} is not what the index names: ${why}.`, {
    hint: 'Do not install it. Its publisher runs "lockstep repository verify" and publishes the package again.',
    data: { id: entry.id, version: entry.version },
  });
}

export function channelNotFound(channel: string, address: string): LockstepError {
  return new LockstepError('channel-not-found', `${address} has no channel "${channel}".`, {
    hint: 'See "lockstep channel list"; a channel begins with the first package that is published to it.',
  });
}
