/**
 * The client's side of the signatures. tuf-js walks root, timestamp, snapshot and targets and keeps what it has seen in
 * a folder, so that an older state is recognised. This file lends it the channel's files and says in our words why
 * something is refused.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Metadata, MetadataKind, type Snapshot } from '@tufjs/models';
import { BaseFetcher, type TargetFile, Updater } from 'tuf-js';
import { BadVersionError, DownloadHTTPError, ExpiredMetadataError } from 'tuf-js/dist/error.js';
import { LockstepError, type Problem } from '../../failure/index.ts';
import { sha256 } from '../../package/index.ts';
import { system } from '../../ports/index.ts';
import type { ChannelSource } from '../channel-source.ts';
import { indexName, parseIndex } from '../index-file.ts';
import { withoutExcerpt } from '../without-excerpt.ts';
import { lifetimes } from './root-metadata.ts';
import { cures } from './signature-problems.ts';
import { roles, type TrustRole } from './trust-roles.ts';

export interface TrustFolder {
  /** Keeps the root that is trusted and the newest metadata seen; one per channel. */
  readonly folder: string;
  /** The root to begin with. Without it the first root that the channel shows is trusted from then on. */
  readonly root?: Uint8Array | undefined;
}

export interface TrustedOffer {
  /** The index's bytes as they were signed. */
  readonly text: string;
  readonly problems: readonly Problem[];
  /** Throws `signature-not-valid` unless these are the signed bytes of the file. */
  check(filename: string, bytes: Uint8Array): Promise<void>;
}

/**
 * The signed offer of a channel, or null if the channel never was signed. Throws `signature-not-valid`,
 * `signature-expired`, `signature-rolled-back`, also when a channel that was signed no longer is.
 */
export async function verifyOffer(source: ChannelSource, trust: TrustFolder): Promise<TrustedOffer | null> {
  if (!(await pinRoot(source, trust))) return null;
  const fetched = new Map<string, Uint8Array>();
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw await explain(error, source, trust, fetched);
    }
  };
  const updater = await guarded(async () => openUpdater(trust, new ChannelFetcher(source, fetched)));
  await guarded(() => updater.refresh());
  const indexTarget = await guarded(() => updater.getTargetInfo(`${source.name}/${indexName}`));
  if (!indexTarget) throw notValid(source, `its metadata is not that of a channel "${source.name}"`);
  const bytes = await readSignedIndex(source, indexTarget);
  const text = new TextDecoder().decode(bytes);
  const signedDigests = digestsIn(text, source);
  return {
    text,
    problems: await clockProblems(source, trust),
    async check(filename, content) {
      // the index is signed itself, so what it names by sha256 needs no further proof; its bin is slow to walk
      if (signedDigests.get(filename) === sha256(content)) return;
      const target = await guarded(() => updater.getTargetInfo(`${source.name}/${filename}`));
      if (!target) throw notValid(source, `nobody signed ${filename}`);
      if (!matches(target, content)) throw notValid(source, `${filename} is not the file that was signed`);
    },
  };
}

/** A clock that is far behind cannot tell that a signature has ended; a timestamp that was signed later gives it away. */
async function clockProblems(source: ChannelSource, trust: TrustFolder): Promise<Problem[]> {
  const bytes = await kept(trust, 'timestamp');
  const ends = bytes && parseMetadata(bytes)?.signed.expires;
  if (!ends || Date.parse(ends) - lifetimes.timestamp - system.clock.now().getTime() < dayLong) return [];
  const made = new Date(Date.parse(ends) - lifetimes.timestamp).toISOString().slice(0, 10);
  return [
    {
      code: 'clock-behind',
      severity: 'warning',
      message: `This machine's clock says ${system.clock.now().toISOString().slice(0, 10)}, but ${source.address} was signed about ${made}.`,
      hint: 'Set the clock: until then nobody can tell whether a signature has ended.',
    },
  ];
}

const dayLong = 24 * 60 * 60 * 1000;

function openUpdater({ folder }: TrustFolder, fetcher: ChannelFetcher): Updater {
  return new Updater({
    metadataDir: folder,
    metadataBaseUrl: 'channel:///metadata',
    fetcher,
    config: { fetchRetry: false, maxRootRotations: 256, targetsMaxLength: 20_000_000 },
  });
}

function digestsIn(text: string, source: ChannelSource): Map<string, string> {
  const { index } = parseIndex(text, source.address + indexName);
  return new Map([...index.values()].flatMap(({ filename, sha256 }) => (sha256 ? [[filename, sha256] as const] : [])));
}

/** Puts the first root in place; false if the channel is not signed and never was. */
async function pinRoot(source: ChannelSource, trust: TrustFolder): Promise<boolean> {
  const file = join(trust.folder, 'root.json');
  const pinned = await readFile(file).catch(() => null);
  if (pinned) return true;
  const root = trust.root ?? (await source.read('metadata/1.root.json'));
  if (!root) return false;
  // what is kept once is believed ever after
  if (!isRoot(root)) throw notValid(source, 'its metadata/1.root.json is no root of trust');
  await mkdir(trust.folder, { recursive: true });
  await writeFile(file, root);
  return true;
}

function isRoot(bytes: Uint8Array): boolean {
  try {
    Metadata.fromJSON(MetadataKind.Root, JSON.parse(new TextDecoder().decode(bytes)));
    return true;
  } catch {
    return false;
  }
}

/**
 * The index under its digest's name, which no later publication replaces; so a client that comes in the middle of one
 * still gets an index that fits its metadata.
 */
async function readSignedIndex(source: ChannelSource, target: TargetFile): Promise<Uint8Array> {
  const path = `history/${target.hashes['sha256']}.${indexName}`;
  const bytes = await source.read(path, { limit: target.length });
  if (!bytes) throw notValid(source, `the signed index (${path}) is not there`);
  if (!matches(target, bytes)) throw notValid(source, 'the index is not the one that was signed');
  return bytes;
}

function matches(target: TargetFile, bytes: Uint8Array): boolean {
  return bytes.byteLength === target.length && sha256(bytes) === target.hashes['sha256'];
}

class ChannelFetcher extends BaseFetcher {
  readonly #source: ChannelSource;
  readonly #fetched: Map<string, Uint8Array>;

  constructor(source: ChannelSource, fetched: Map<string, Uint8Array>) {
    super();
    this.#source = source;
    this.#fetched = fetched;
  }

  override async fetch(url: string) {
    return new Blob([new Uint8Array(await this.#read(url))]).stream();
  }

  override async downloadBytes(url: string, maxLength: number): Promise<Buffer> {
    const bytes = await this.#read(url);
    if (bytes.byteLength > maxLength) throw notValid(this.#source, `${url} is longer than ${maxLength} bytes`);
    return Buffer.from(bytes);
  }

  async #read(url: string): Promise<Uint8Array> {
    const name = decodeURIComponent(new URL(url).pathname.split('/').at(-1)!);
    const bytes = await this.#source.read(`metadata/${name}`);
    if (!bytes) throw new DownloadHTTPError(`${name} is not there`, 404);
    this.#fetched.set(name, bytes);
    return bytes;
  }
}

/**
 * tuf-js wraps some causes in text. What it keeps was signed as it should be, so a role that has ended there is the
 * cause; otherwise the bytes that it fetched last tell what was wrong.
 */
async function explain(
  error: unknown,
  source: ChannelSource,
  trust: TrustFolder,
  fetched: ReadonlyMap<string, Uint8Array>,
): Promise<unknown> {
  if (error instanceof LockstepError) return error;
  if (error instanceof BadVersionError) return rolledBack(source, error);
  if (error instanceof DownloadHTTPError)
    return notValid(source, `signed before, it lacks its metadata now (${error.message})`, error);
  const [name, bytes] = [...fetched].at(-1) ?? [];
  const ended = await endedRole(error instanceof ExpiredMetadataError, trust, fetched);
  if (ended) return expired(source, ended, error);
  const metadata = bytes && readMetadata(bytes);
  if (name?.endsWith('.snapshot.json') && metadata && (await isOlder(metadata.versions, trust)))
    return rolledBack(source, error);
  return notValid(source, withoutExcerpt((error as Error).message), error);
}

interface EndedRole {
  readonly role: TrustRole;
  readonly ends: string;
}

/** The outermost role that has ended. What was only fetched counts where the library itself said so, or the keys of the root signed it. */
async function endedRole(
  said: boolean,
  trust: TrustFolder,
  fetched: ReadonlyMap<string, Uint8Array>,
): Promise<EndedRole | null> {
  const rootBytes = await kept(trust, 'root');
  const root = rootBytes && parseMetadata(rootBytes);
  if (root && hasEnded(root)) return { role: 'root', ends: root.signed.expires };
  for (const role of ['timestamp', 'snapshot', 'targets'] as const) {
    const last = [...fetched].findLast(([name]) => roleOfFile(name) === role)?.[1];
    const seen = last && parseMetadata(last);
    const isOwn = said || (seen && signedBy(root, role, seen));
    if (seen && hasEnded(seen) && isOwn) return { role, ends: seen.signed.expires };
    // what its keys did not sign is no matter of terms; bins are signed by those of another file
    if (seen && !isOwn && role !== 'targets') return null;
    const known = await kept(trust, role);
    const stored = known && parseMetadata(known);
    if (stored && hasEnded(stored) && (!seen || seen.signed.version === stored.signed.version)) {
      return { role, ends: stored.signed.expires };
    }
  }
  return null;
}

function kept({ folder }: TrustFolder, role: TrustRole): Promise<Uint8Array | null> {
  return readFile(join(folder, `${role}.json`)).catch(() => null);
}

/** Bins are lists of packages too. */
function roleOfFile(name: string): TrustRole | null {
  const stem = name.replace(/^\d+\./, '').replace(/\.json$/, '');
  return roles.find((role) => role === stem) ?? (stem.startsWith('bin-') ? 'targets' : null);
}

type AnyMetadata = Metadata<Snapshot>;

function parseMetadata(bytes: Uint8Array): AnyMetadata | null {
  try {
    const json = JSON.parse(new TextDecoder().decode(bytes));
    return Metadata.fromJSON(json.signed._type as MetadataKind.Snapshot, json);
  } catch {
    return null;
  }
}

function hasEnded({ signed }: AnyMetadata): boolean {
  return Date.parse(signed.expires) < system.clock.now().getTime();
}

function signedBy(root: AnyMetadata | null, role: TrustRole, metadata: AnyMetadata): boolean {
  try {
    root?.verifyDelegate(role, metadata);
    return root !== null;
  } catch {
    return false;
  }
}

interface ReadMetadata {
  readonly versions: ReadonlyMap<string, number>;
}

function readMetadata(bytes: Uint8Array): ReadMetadata | null {
  const metadata = parseMetadata(bytes);
  if (!metadata) return null;
  const { meta = {} } = metadata.signed as Partial<Snapshot>;
  return { versions: new Map(Object.entries(meta).map(([file, { version }]) => [file, version])) };
}

async function isOlder(versions: ReadonlyMap<string, number>, trust: TrustFolder): Promise<boolean> {
  const known = await readFile(join(trust.folder, 'snapshot.json')).catch(() => null);
  const seen = known && readMetadata(known);
  return [...(seen?.versions ?? [])].some(([file, version]) => (versions.get(file) ?? 0) < version);
}

function expired(source: ChannelSource, { role, ends }: EndedRole, cause: unknown): LockstepError {
  const clock = system.clock
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z');
  return new LockstepError(
    'signature-expired',
    `The signatures of ${source.address} have expired: its ${role} ended on ${ends}; this machine's clock says ${clock}.`,
    {
      hint: `If the clock is right, its owner runs "${cures[role]}"; if nobody withheld newer ones, that is all. If it is wrong, set it.`,
      data: { role, ends },
      cause,
    },
  );
}

function rolledBack(source: ChannelSource, cause: unknown): LockstepError {
  return new LockstepError(
    'signature-rolled-back',
    `${source.address} shows an older state than it did before: ${(cause as Error).message}.`,
    {
      hint: 'Install nothing from it. Somebody may be hiding corrections; ask its owner.',
      cause,
    },
  );
}

function notValid(source: ChannelSource, why: string, cause?: unknown): LockstepError {
  return new LockstepError('signature-not-valid', `${source.address} is not to be trusted: ${why}.`, {
    hint: 'Install nothing from it, and ask its owner.',
    cause,
  });
}
