/**
 * Keeps the signatures of a repository fresh while nothing is published. What is signed stays the same: a role's last
 * metadata gets a new number and a new term, from the keys that are here. A server may hold the keys of `timestamp` and
 * `snapshot` alone; those of `targets`, which say what a channel offers, are needed once in half a year.
 */

import { Metadata, MetaFile, type Root, Snapshot, Timestamp } from '@tufjs/models';
import { LockstepError } from '../../failure/index.ts';
import { sha256 } from '../../package/index.ts';
import { system } from '../../ports/index.ts';
import type { ChannelSigner } from '../change-channel.ts';
import { filesOf } from '../channel-files.ts';
import { readChannelNames, readOffer } from '../read-offer.ts';
import type { LockOptions, RepositoryStorage } from '../storage.ts';
import { type CurrentSignatures, readSignatures } from './current-signatures.ts';
import { after, encodeMetadata, lifetimes, readRoot, signWith } from './root-metadata.ts';
import { readKeys, type SigningKey } from './signing-keys.ts';

export interface RenewOptions extends Pick<LockOptions, 'who' | 'signal'> {
  /** Folder of keys. */
  readonly keys: string;
  /** Signs an offer anew, where the lists of packages come to their end. */
  readonly signer: ChannelSigner;
  readonly now?: () => Date;
}

export interface Renewal {
  readonly channel: string;
  /** What was signed again; null where nothing had to be, or nothing could. */
  readonly renewed: 'timestamp' | 'snapshot' | 'targets' | null;
  /** Why something that comes to its end could not be signed. */
  readonly trouble: LockstepError | null;
}

/** Signs again what has less than half of its term left, in every signed channel. Nothing without a root. */
export async function renewChannels(storage: RepositoryStorage, options: RenewOptions): Promise<Renewal[]> {
  const root = await readRoot(storage);
  if (!root) return [];
  const keys = await readKeys(options.keys);
  const renewals: Renewal[] = [];
  for (const channel of await readChannelNames(storage)) {
    options.signal?.throwIfAborted();
    const renewal = await renewChannel({ storage, channel, keys, root: root.signed, options }).catch(
      (thrown: unknown): Renewal => {
        if (thrown instanceof LockstepError) return { channel, renewed: null, trouble: thrown };
        throw thrown;
      },
    );
    if (renewal) renewals.push(renewal);
  }
  return renewals;
}

interface Renewing {
  readonly storage: RepositoryStorage;
  readonly channel: string;
  readonly keys: readonly SigningKey[];
  readonly root: Root;
  readonly options: RenewOptions;
}

/** Null for a channel that is not signed. */
async function renewChannel(renewing: Renewing): Promise<Renewal | null> {
  const { storage, channel, options } = renewing;
  const nothing = { channel, renewed: null, trouble: null };
  // looked at without the lock first: mostly there is nothing to do
  const seen = await readSignatures(renewing.storage, renewing.channel, renewing.root);
  if (!seen) return null;
  if (dueRole(seen, options) === null) return nothing;
  const lock = await storage.lock(filesOf(channel).lock, options);
  try {
    const current = await readSignatures(renewing.storage, renewing.channel, renewing.root);
    const role = current && dueRole(current, options);
    if (!current || !role) return nothing;
    return await renewRole(renewing, current, role);
  } finally {
    await lock.release();
  }
}

async function renewRole(renewing: Renewing, current: CurrentSignatures, role: keyof typeof terms): Promise<Renewal> {
  const { storage, channel, options } = renewing;
  try {
    if (role === 'targets') await (await options.signer.prepare(storage, channel, await readOffer(storage, channel)))();
    else if (role === 'snapshot') await signTimestamp(renewing, current, await signSnapshot(renewing, current));
    else await signTimestamp(renewing, current, current.timestamp.signed.snapshotMeta);
    return { channel, renewed: role, trouble: null };
  } catch (thrown) {
    if (!(thrown instanceof LockstepError) || role === 'timestamp') throw thrown;
    // the keys of others are elsewhere: what can be done is done
    if (!isDue(current.timestamp.signed.expires, 'timestamp', options))
      return { channel, renewed: null, trouble: thrown };
    await signTimestamp(renewing, current, current.timestamp.signed.snapshotMeta);
    return { channel, renewed: 'timestamp', trouble: thrown };
  }
}

const terms = { targets: lifetimes.targets, snapshot: lifetimes.snapshot, timestamp: lifetimes.timestamp };

/** The outermost role that comes to its end: signing it signs those below it too. */
function dueRole(
  { timestamp, snapshot, targetsEnd }: CurrentSignatures,
  options: RenewOptions,
): keyof typeof terms | null {
  const ends = { targets: targetsEnd, snapshot: snapshot.signed.expires, timestamp: timestamp.signed.expires };
  return (['targets', 'snapshot', 'timestamp'] as const).find((role) => isDue(ends[role], role, options)) ?? null;
}

function isDue(expires: string, role: keyof typeof terms, { now = system.clock.now }: RenewOptions): boolean {
  // bins are renewed by publishers at just half their term
  const left = role === 'targets' ? terms[role] / 4 : terms[role] / 2;
  return Date.parse(expires) - now().getTime() < left;
}

async function signSnapshot(
  { storage, channel, keys, root, options }: Renewing,
  { snapshot }: CurrentSignatures,
): Promise<MetaFile> {
  const { specVersion, version, meta } = snapshot.signed;
  const expires = after(options, lifetimes.snapshot);
  // what a killed publisher left keeps its number
  for (let number = version + 1; ; number++) {
    const next = new Metadata(new Snapshot({ specVersion, version: number, expires, meta }));
    signWith(next as never, keys, 'snapshot', root);
    const bytes = encodeMetadata(next);
    if (!(await storage.writeIfAbsent(`${filesOf(channel).metadata}${number}.snapshot.json`, bytes))) continue;
    return new MetaFile({ version: number, length: bytes.byteLength, hashes: { sha256: sha256(bytes) } });
  }
}

async function signTimestamp(
  { storage, channel, keys, root, options }: Renewing,
  { timestamp, file }: CurrentSignatures,
  snapshotMeta: MetaFile,
): Promise<void> {
  const { specVersion, version } = timestamp.signed;
  const expires = after(options, lifetimes.timestamp);
  const next = new Metadata(new Timestamp({ specVersion, version: version + 1, expires, snapshotMeta }));
  signWith(next as never, keys, 'timestamp', root);
  await storage.replace(`${filesOf(channel).metadata}timestamp.json`, encodeMetadata(next), file.version);
}
