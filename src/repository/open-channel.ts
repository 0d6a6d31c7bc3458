import type { Problem } from '../failure/index.ts';
import { system } from '../ports/index.ts';
import { endName, endProblem, parseEnd } from './channel-end.ts';
import { type ChannelSource, channelSource, type SourceOptions, type SourceReading } from './channel-source.ts';
import type { IndexEntry } from './index-entry.ts';
import { type ChannelIndex, indexName, parseIndex } from './index-file.ts';
import { channelNotFound, checkPackage, packageDamaged } from './read-offer.ts';
import { isRemoved } from './removed-index.ts';
import { verifyOffer } from './trust/index.ts';
import type { TrustedOffer, TrustFolder } from './trust/verify-offer.ts';
import { parseYanked, type Yanked } from './yanked.ts';

/** What a server sees of a channel. */
export interface Channel {
  /** Ends in `/`. */
  readonly address: string;
  readonly name: string;
  /**
   * The offer, its signatures checked if the channel is signed. Throws `channel-not-found`, `channel-unreachable`,
   * `index-not-valid`, `signature-not-valid`, `signature-expired`, `signature-rolled-back`.
   */
  readOffer(options?: { readonly signal?: AbortSignal }): Promise<ChannelOffer>;
}

export interface ChannelOffer {
  readonly index: ChannelIndex;
  readonly problems: readonly Problem[];
  /** The index as it was read. */
  readonly text: string;
  readonly signed: boolean;
  readonly yanked: Yanked;
  /** Size, digest and signature are checked. Throws `package-damaged`, `signature-not-valid`, `channel-unreachable`. */
  readPackage(entry: IndexEntry, options?: Pick<SourceReading, 'signal' | 'onProgress'>): Promise<Uint8Array>;
  /** The same checks for bytes that come from elsewhere, such as a cache. */
  checkPackage(entry: IndexEntry, bytes: Uint8Array): Promise<void>;
}

export interface OpenChannelOptions extends SourceOptions {
  /** Where to keep what is trusted; without it signatures are not checked. */
  readonly trust?: TrustFolder | undefined;
  readonly now?: (() => Date) | undefined;
}

/** Opens a channel for reading, by URL (`http://host/plugins/1/testing/`) or folder. Nothing is fetched yet. */
export function openChannel(target: string, options: OpenChannelOptions = {}): Channel {
  const source = channelSource(target, options);
  return {
    address: source.address,
    name: source.name,
    async readOffer({ signal } = {}) {
      const trusted = options.trust ? await readTrusted(source, options.trust, signal) : null;
      const text = trusted?.text ?? (await readPlainIndex(source, signal));
      const yanked = await source.read('yanked.json', reading(signal));
      const end = await source.read(endName, reading(signal));
      const ends = parseEnd(end && { bytes: end });
      const parsed = parseIndex(text, source.address + indexName);
      return {
        ...parsed,
        problems: [
          ...(trusted?.problems ?? []),
          ...parsed.problems,
          ...(ends === null ? [] : [endProblem(source.name, ends, (options.now ?? system.clock.now)())]),
        ],
        text,
        signed: trusted !== null,
        yanked: parseYanked(yanked && { bytes: yanked, version: '' }),
        async readPackage(entry, given = {}) {
          const bytes = await source.read(entry.filename, { ...given, limit: entry.size });
          if (!bytes) throw packageDamaged(entry, 'it is not there');
          await check(trusted, entry, bytes);
          return bytes;
        },
        checkPackage: (entry, bytes) => check(trusted, entry, bytes),
      };
    },
  };
}

async function check(trusted: TrustedOffer | null, entry: IndexEntry, bytes: Uint8Array): Promise<void> {
  checkPackage(entry, bytes);
  await trusted?.check(entry.filename, bytes);
}

async function readPlainIndex(source: ChannelSource, signal: AbortSignal | undefined): Promise<string> {
  const bytes = await source.read(indexName, reading(signal));
  if (!bytes || isRemoved(bytes)) throw channelNotFound(source.name, source.address);
  return new TextDecoder().decode(bytes);
}

/** The signatures of a channel that was removed stand for an index that is gone. */
async function readTrusted(source: ChannelSource, trust: TrustFolder, signal: AbortSignal | undefined) {
  return verifyOffer(source, trust).catch(async (error: unknown) => {
    const bytes = await source.read(indexName, reading(signal)).catch(() => null);
    throw bytes && isRemoved(bytes) ? channelNotFound(source.name, source.address) : error;
  });
}

function reading(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}
