import type { Problem } from '../failure/index.ts';
import type { IndexEntry } from './index-entry.ts';
import type { ChannelIndex } from './index-file.ts';

/**
 * A place that keeps channels of packages: a folder, S3-compatible storage, or a Lockstep server. All three promise the
 * same: the index is replaced last and in one step, nothing that others published is deleted, a version keeps its
 * bytes, every generation of an index is kept and can be put back.
 */
export interface Repository {
  /** As the user named it, without secrets. */
  readonly address: string;
  listChannels(options?: Waiting): Promise<ChannelSummary[]>;
  /** Throws `channel-not-found`, `channel-unreachable`, `index-not-valid`. */
  readOffer(channel: string, options?: Waiting): Promise<Offer>;
  /** The bytes of one package, checked against the entry; throws `package-damaged`. */
  readPackage(channel: string, entry: IndexEntry, options?: Waiting): Promise<Uint8Array>;
  /** Adds packages to the offer. `version-published` if a version is there with other bytes; then nothing changes. */
  publish(channel: string, request: PublishRequest): Promise<ChangeReport>;
  promote(request: PromoteRequest): Promise<ChangeReport>;
  yank(channel: string, request: YankRequest): Promise<ChangeReport>;
  /** Takes plugins out of the offer and keeps their packages in the channel `archive`. */
  archive(channel: string, request: ArchiveRequest): Promise<ChangeReport>;
  /** Oldest first. */
  history(channel: string, options?: Waiting): Promise<Generation[]>;
  /** What the channel offered in that generation. */
  readGeneration(channel: string, generation: number, options?: Waiting): Promise<ChannelIndex>;
  /** Offers again exactly what generation N offered, as a new generation. */
  restore(channel: string, request: RestoreRequest): Promise<ChangeReport>;
  /** Removes a channel whole. Throws `channel-lasts` for one without an end, unless that is said. */
  removeChannel(channel: string, request: RemoveRequest): Promise<RemovedChannel>;
  /** Removes packages that no kept generation names. */
  collectGarbage(channel: string, request: GarbageRequest): Promise<GarbageReport>;
  /** Reads every package that the channel offers and compares its digests with the index. */
  verify(channel: string, options?: Waiting & { onProgress?: OnProgress }): Promise<VerifyReport>;
  close(): void;
}

interface Waiting {
  readonly signal?: AbortSignal;
}

export type OnProgress = (progress: { readonly step: string; readonly done: number; readonly total: number }) => void;

interface Act extends Waiting {
  /** Recorded; a server records the user of the token instead. */
  readonly who: string;
  readonly why?: string;
  readonly onProgress?: OnProgress;
}

export interface PackageInput {
  /** File name as built; kept when it is free. */
  readonly name: string;
  /** The bytes, or the file that holds them. */
  readonly content: Uint8Array | { readonly file: string };
  readonly family?: string | null;
  /** Digest of the built tree without its version. */
  readonly digest?: string | null;
}

export interface PublishRequest extends Act {
  readonly packages: readonly PackageInput[];
  /** Leaves out what is refused, with an error in the report, and publishes the rest; else one such package stops all. */
  readonly partly?: boolean;
  /** Take what old clients choke on; default: it is an error. */
  readonly newClientsOnly?: boolean;
  /** The channel ends so many days from now; only for one that is new, or has an end already. */
  readonly days?: number;
  /** Lets a version be published again with other bytes; always so in `dev` and in channels that end. */
  readonly replace?: boolean;
  /** `false` keeps to the old builder's keys. */
  readonly extraKeys?: boolean;
  readonly action?: 'publish' | 'upload-stable';
  /** Plugins that leave the offer, if it still offers this version of them; their packages go to the archive. */
  readonly withdraw?: readonly { readonly id: string; readonly version: string }[];
  /** Lets a lower version take the place of a higher one. */
  readonly lower?: boolean;
  /** Keeps what leaves the offer in the channel `archive` too. */
  readonly archiveOlder?: boolean;
}

/** A plugin that would move from one channel to another. */
export interface GateInput {
  readonly entry: IndexEntry;
  /** What the target channel offers under this id now. */
  readonly before: IndexEntry | null;
  readonly readPackage: () => Promise<Uint8Array>;
  readonly readBefore: () => Promise<Uint8Array | null>;
}

/** Decides whether an offer may become another channel's; problems of severity `error` refuse it. */
export type Gate = (input: GateInput) => Promise<readonly Problem[]>;

export interface PromoteRequest extends Act {
  readonly from: string;
  readonly to: string;
  /** Plugin ids or family names; empty: everything that `from` offers. */
  readonly what: readonly string[];
  readonly gate?: Gate;
  /** sha1 by plugin id, as the caller saw them; `channel-busy` if `from` offers something else by now. */
  readonly expected?: Readonly<Record<string, string>>;
  /** Lets a lower version take the place of a higher one. */
  readonly lower?: boolean;
}

export interface YankRequest extends Act {
  readonly plugins: readonly string[];
  readonly why: string;
  /** A version of the same plugin that the channel offered before, or any text that names what to use instead. */
  readonly replacement?: string;
}

export interface ArchiveRequest extends Act {
  readonly plugins: readonly string[];
}

export interface RestoreRequest extends Act {
  readonly generation: number;
}

export interface RemoveRequest extends Omit<Act, 'onProgress'> {
  /** Only if its end has come. */
  readonly ended?: boolean;
  /** Also one that has no end. */
  readonly lasting?: boolean;
}

export interface RemovedChannel {
  readonly channel: string;
  readonly ends: string | null;
  readonly files: number;
  readonly bytes: number;
}

export interface GarbageRequest extends Act {
  /** How many of the last generations stay restorable. */
  readonly keep: number;
  /** Only say what would go. */
  readonly dryRun?: boolean;
}

export interface GarbageReport {
  readonly removed: readonly { readonly filename: string; readonly size: number }[];
  readonly bytes: number;
  readonly kept: number;
}

export interface VerifyReport {
  readonly checked: number;
  readonly problems: readonly Problem[];
}

export interface ChannelSummary {
  readonly name: string;
  readonly plugins: number;
  readonly generation: number;
  /** ISO time of the last change; null where it was never recorded. */
  readonly changed: string | null;
  readonly signed: boolean;
  /** ISO time at which it is removed; null, or left out by an older server: it lasts. */
  readonly ends?: string | null;
}

export interface Offer {
  readonly channel: string;
  readonly index: ChannelIndex;
  readonly problems: readonly Problem[];
  /** ISO time at which the channel is removed; null: it lasts. */
  readonly ends: string | null;
  /** The index as it was read. */
  readonly text: string;
}

export interface EntryChange {
  readonly id: string;
  readonly family: string | null;
  readonly before: string | null;
  readonly after: string | null;
}

/** One state of a channel: what was done, by whom, when and why. */
export interface Generation {
  readonly generation: number;
  readonly action: 'publish' | 'upload-stable' | 'promote' | 'yank' | 'archive' | 'restore' | 'outside';
  readonly who: string;
  /** ISO 8601. */
  readonly when: string;
  readonly why: string | null;
  readonly from: { readonly channel: string; readonly generation: number } | null;
  /** sha256 of the index's bytes. */
  readonly index: string;
  readonly plugins: number;
  readonly changes: readonly EntryChange[];
}

export interface ChangeReport {
  readonly channel: string;
  /** When the channel ends, where the request gave it an end. */
  readonly ends?: string;
  /** Null when nothing had to change. */
  readonly generation: Generation | null;
  readonly problems: readonly Problem[];
}
