/**
 * Signs what a channel offers, as TUF asks: the index is a target of the top-level `targets`; each package is a target
 * in one of 64 bins chosen by the digest of its name, since one list of thousands would be slow to check; `snapshot`
 * names the versions of all these; `timestamp`, the one file that is replaced, names the snapshot. Target paths begin
 * with the channel's name, so that one channel's metadata cannot be passed off as another's.
 */

import { createHash } from 'node:crypto';
import { Metadata, MetadataKind, MetaFile, type Root, Snapshot, TargetFile, Targets, Timestamp } from '@tufjs/models';
import { LockstepError } from '../../failure/index.ts';
import { sha1, sha256 } from '../../package/index.ts';
import { system } from '../../ports/index.ts';
import type { ChannelSigner, SignedOffer } from '../change-channel.ts';
import { filesOf } from '../channel-files.ts';
import type { IndexEntry } from '../index-entry.ts';
import { indexName } from '../index-file.ts';
import { packagesOf } from '../packages-of.ts';
import { packageDamaged } from '../read-offer.ts';
import type { RepositoryStorage } from '../storage.ts';
import { after, encodeMetadata, lifetimes, readRoot, rootFolder, signWith } from './root-metadata.ts';
import { readKeys, type SigningKey } from './signing-keys.ts';

/** Two to this power bins; clients take a change of it for a rollback, so it stays. */
const binBits = 6;
const binPrefix = 'bin';
const specVersion = '1.0.0';

export interface SignerOptions {
  /** Folder of keys; null where this publisher has none. */
  readonly keys: string | null;
  readonly now?: () => Date;
}

/** Signs an offer of a repository that has a root; without one it stays unsigned. */
export async function prepareSigning(
  options: SignerOptions,
  ...[storage, channel, offer]: Parameters<ChannelSigner['prepare']>
): ReturnType<ChannelSigner['prepare']> {
  const root = await readRoot(storage);
  if (!root) return async () => {};
  if (options.keys === null) {
    throw new LockstepError('signing-keys', `${storage.address} is signed; its keys are needed to publish.`, {
      hint: 'Name their folder with --keys, in lockstep.config.json ("keys") or in LOCKSTEP_KEYS.',
    });
  }
  const keys = await readKeys(options.keys);
  return signOffer({ storage, channel, offer, root: root.signed, keys, ...clockOf(options) });
}

interface Signing {
  readonly storage: RepositoryStorage;
  readonly channel: string;
  readonly offer: SignedOffer;
  readonly root: Root;
  readonly keys: readonly SigningKey[];
  readonly now?: () => Date;
}

async function signOffer(signing: Signing): Promise<() => Promise<void>> {
  const { storage, channel, root, keys } = signing;
  const { metadata: folder } = filesOf(channel);
  const timestampPath = `${folder}timestamp.json`;
  // before all else: whoever signs meanwhile moves it, and then this signature does not take its place
  const pointer = await storage.read(timestampPath);
  await copyRoots(storage, folder);
  const versions = highestVersions((await storage.list(folder)).map(({ path }) => path.slice(folder.length)));
  const next = (role: string): number => (versions.get(role) ?? 0) + 1;
  const former = await readFormerSnapshot(storage, folder);

  const meta: Record<string, MetaFile> = {};
  const keyMap = Object.fromEntries(root.roles['targets']!.keyIDs.map((id) => [id, root.keys[id]!]));
  const signers = root.roles['targets']!.keyIDs.join();
  await Promise.all(
    [...(await fillBins(signing))].map(async ([bin, targets]) => {
      const content = sha256(JSON.stringify([signers, targets]));
      const known = former?.signed.meta[`${bin}.json`];
      if (known?.unrecognizedFields?.['content'] === content && lastsLong(known, signing)) {
        meta[`${bin}.json`] = known;
        return;
      }
      const expires = after(signing, lifetimes.targets);
      const make = (version: number): Targets =>
        Targets.fromJSON({ ...commonFields('targets', version, expires), targets } as never);
      meta[`${bin}.json`] = await write(signing, [bin, next(bin), 'targets'], make, { content, expires });
    }),
  );

  const makeTargets = (version: number): Targets =>
    Targets.fromJSON({
      ...commonFields('targets', version, after(signing, lifetimes.targets)),
      targets: { [`${channel}/${indexName}`]: describeTarget(Buffer.from(signing.offer.text)) },
      delegations: {
        keys: Object.fromEntries(Object.entries(keyMap).map(([id, key]) => [id, key.toJSON()])),
        succinct_roles: {
          keyids: Object.keys(keyMap),
          threshold: root.roles['targets']!.threshold,
          bit_length: binBits,
          name_prefix: binPrefix,
        },
      },
    } as never);
  meta['targets.json'] = await write(signing, ['targets', next('targets'), 'targets'], makeTargets);
  const snapshotMeta = await write(signing, ['snapshot', next('snapshot'), 'snapshot'], (version) => {
    return new Snapshot({ specVersion, version, expires: after(signing, lifetimes.snapshot), meta });
  });

  return async () => {
    const version = pointer ? readVersion(pointer.bytes) + 1 : 1;
    const timestamp = new Metadata(
      new Timestamp({ specVersion, version, expires: after(signing, lifetimes.timestamp), snapshotMeta }),
    );
    signWith(timestamp as never, keys, 'timestamp', root);
    await storage.replace(timestampPath, encodeMetadata(timestamp), pointer?.version ?? null);
  };
}

/** Writes one signed file under its version, or the next that nobody has, and describes it for the snapshot. */
async function write(
  { storage, channel, keys, root }: Signing,
  [name, first, role]: readonly [string, number, 'targets' | 'snapshot'],
  make: (version: number) => Targets | Snapshot,
  remarks: Record<string, string> = {},
): Promise<MetaFile> {
  for (let version = first; ; version++) {
    const metadata = new Metadata(make(version) as Targets);
    signWith(metadata as never, keys, role, root);
    const bytes = encodeMetadata(metadata);
    if (!(await storage.writeIfAbsent(`${filesOf(channel).metadata}${version}.${name}.json`, bytes))) continue;
    const hashes = { sha256: sha256(bytes) };
    return new MetaFile({ version, length: bytes.byteLength, hashes, unrecognizedFields: remarks });
  }
}

/** Every package that the offer names, in its bin, sorted by path. */
async function fillBins({ storage, channel, offer }: Signing): Promise<Map<string, Record<string, unknown>>> {
  const bins = new Map<string, Record<string, unknown>>();
  for (let at = 0; at < 2 ** binBits; at++) bins.set(binName(at), {});
  const packages = [...offer.index.values()].flatMap((entry) => packagesOf(entry).map((stored) => ({ entry, stored })));
  packages.sort((a, b) => (a.stored.filename < b.stored.filename ? -1 : 1));
  for (const { entry, stored } of packages) {
    const path = `${channel}/${stored.filename}`;
    const digest = stored.sha256 ?? (await digestStored(storage, channel, entry, stored.filename, stored.sha1sum));
    bins.get(binOf(path))![path] = { length: stored.dsize, hashes: { sha256: digest } };
  }
  return bins;
}

/** An index written by the old builder knows no sha256: take it from the package. */
async function digestStored(
  storage: RepositoryStorage,
  channel: string,
  entry: IndexEntry,
  filename: string,
  expected: string,
) {
  const content = await storage.read(filesOf(channel).package(filename));
  if (!content || sha1(content.bytes) !== expected) throw packageDamaged(entry, 'it cannot be signed');
  return sha256(content.bytes);
}

function binOf(path: string): string {
  return binName(createHash('sha256').update(path).digest().readUInt32BE() >>> (32 - binBits));
}

function binName(at: number): string {
  return `${binPrefix}-${at.toString(16).padStart((2 ** binBits - 1).toString(16).length, '0')}`;
}

/** Gives a channel the roots that it lacks. The newest is never replaced by an older one that was read earlier. */
async function copyRoots(storage: RepositoryStorage, folder: string): Promise<void> {
  const present = new Set((await storage.list(folder)).map(({ path }) => path.slice(folder.length)));
  for (const { path } of await storage.list(rootFolder)) {
    const name = path.slice(rootFolder.length);
    if (name === 'root.json' || present.has(name)) continue;
    const content = await storage.read(path);
    if (content) await storage.writeIfAbsent(folder + name, content.bytes);
  }
  const there = await storage.read(`${folder}root.json`);
  const newest = await storage.read(`${rootFolder}root.json`);
  if (!newest) return;
  const version = readVersion(newest.bytes);
  await storage.writeIfAbsent(`${folder}${version}.root.json`, newest.bytes);
  if (there && readVersion(there.bytes) >= version) return;
  await storage.replace(`${folder}root.json`, newest.bytes, there?.version ?? null);
}

async function readFormerSnapshot(storage: RepositoryStorage, folder: string): Promise<Metadata<Snapshot> | null> {
  const timestamp = await storage.read(`${folder}timestamp.json`);
  if (!timestamp) return null;
  const version = JSON.parse(new TextDecoder().decode(timestamp.bytes)).signed?.meta?.['snapshot.json']?.version;
  const content = await storage.read(`${folder}${version}.snapshot.json`);
  if (!content) return null;
  const json = JSON.parse(new TextDecoder().decode(content.bytes));
  return Metadata.fromJSON(MetadataKind.Snapshot, json) as Metadata<Snapshot>;
}

/** What a killed publication left counts too, so that no version is ever written twice. */
function highestVersions(names: readonly string[]): Map<string, number> {
  const highest = new Map<string, number>();
  for (const name of names) {
    const [, version, role] = /^(\d+)\.(.+)\.json$/.exec(name) ?? [];
    if (role) highest.set(role, Math.max(highest.get(role) ?? 0, Number(version)));
  }
  return highest;
}

function lastsLong(meta: MetaFile, { now = system.clock.now }: Pick<Signing, 'now'>): boolean {
  const expires = Date.parse(String(meta.unrecognizedFields?.['expires']));
  return expires - now().getTime() > lifetimes.targets / 2;
}

function commonFields(type: string, version: number, expires: string) {
  return { _type: type, spec_version: specVersion, version, expires };
}

function describeTarget(bytes: Uint8Array) {
  return new TargetFile({ path: '', length: bytes.byteLength, hashes: { sha256: sha256(bytes) } }).toJSON();
}

function readVersion(bytes: Uint8Array): number {
  return Number(JSON.parse(new TextDecoder().decode(bytes)).signed?.version ?? 0);
}

function clockOf({ now }: SignerOptions): { now?: () => Date } {
  return now ? { now } : {};
}
