/**
 * How a channel changes. Everything that a new offer names is written first, under names that nothing else uses; then
 * the index is replaced in one step; then the signature follows. A reader between any two of these steps sees the old
 * offer or the new one. What a killed process left half done is finished or forgotten by the next one that changes the
 * channel (docs/adr/0051).
 */
import type { Problem } from '../failure/index.ts';
import { sha256 } from '../package/index-write.ts';
import { parseEnd } from './channel-end.ts';
import { type ChannelFiles, filesOf } from './channel-files.ts';
import { parseRecord, readLastRecord, withoutNames } from './generation-record.ts';
import type { IndexEntry } from './index-entry.ts';
import { type ChannelIndex, formatIndex, parseIndex } from './index-file.ts';
import type { ChangeReport, EntryChange, Generation } from './repository.ts';
import type { LockOptions, RepositoryStorage } from './storage.ts';
import { parseYanked, type Yanked } from './yanked.ts';

/** What signs a channel's offers; without one a channel is unsigned. */
export interface ChannelSigner {
  /** Throws `signing-keys` if the channel is signed and the keys are not there. */
  prepare(storage: RepositoryStorage, channel: string, offer: SignedOffer): Promise<FinishSigning>;
}

export interface SignedOffer {
  readonly text: string;
  readonly index: ChannelIndex;
}

/** Makes the signed metadata the current one. */
type FinishSigning = () => Promise<void>;

export interface ChannelStore {
  readonly storage: RepositoryStorage;
  readonly signer: ChannelSigner;
  /** The clock. */
  readonly now: () => Date;
  readonly lockTimeout?: number | undefined;
  /** What everybody may read tells who published and why. */
  readonly publicHistory?: boolean | undefined;
}

/** A channel as its lock's holder sees it. */
export interface ChannelState {
  readonly channel: string;
  readonly files: ChannelFiles;
  readonly index: ChannelIndex;
  readonly last: Generation | null;
  readonly yanked: Yanked;
  /** ISO 8601; null: the channel lasts. */
  readonly ends: string | null;
}

export interface ChannelChange {
  readonly action: Generation['action'];
  readonly who: string;
  readonly why?: string | null | undefined;
  readonly from?: Generation['from'];
  readonly index: ChannelIndex;
  readonly yanked?: Yanked;
  readonly extraKeys?: boolean | undefined;
  readonly problems?: readonly Problem[];
}

/** Holds the channel's lock while `decide` looks at it and says what it shall become; null leaves it as it is. */
export async function changeChannel(
  store: ChannelStore,
  channel: string,
  options: Pick<LockOptions, 'who' | 'signal'>,
  decide: (state: ChannelState) => Promise<ChannelChange | { readonly problems: readonly Problem[] }>,
): Promise<ChangeReport> {
  const { storage } = store;
  const files = filesOf(channel);
  const lock = await storage.lock(files.lock, { ...options, timeout: store.lockTimeout });
  try {
    await recover(store, channel, files, options.who);
    const current = await readCurrent(storage, files);
    const state: ChannelState = {
      channel,
      files,
      index: current.index,
      last: await readLastRecord(storage, files),
      yanked: parseYanked(await storage.read(files.yanked)),
      ends: parseEnd(await storage.read(files.ends)),
    };
    const change = await decide(state);
    options.signal?.throwIfAborted();
    if (!('index' in change)) return { channel, generation: null, problems: change.problems };
    const generation = await commit(store, state, current, change);
    return { channel, generation, problems: change.problems ?? [] };
  } finally {
    await lock.release();
  }
}

async function commit(
  store: ChannelStore,
  { channel, files, index: before, last }: ChannelState,
  current: { readonly version: string | null; readonly unreadable: ReadonlyMap<string, unknown> },
  change: ChannelChange,
): Promise<Generation> {
  const { storage } = store;
  const text = formatIndex(change.index, {
    unreadable: current.unreadable,
    ...(change.extraKeys === undefined ? {} : { extraKeys: change.extraKeys }),
  });
  const bytes = new TextEncoder().encode(text);
  const generation: Generation = {
    generation: (last?.generation ?? 0) + 1,
    action: change.action,
    who: change.who,
    when: store.now().toISOString(),
    why: change.why ?? null,
    from: change.from ?? null,
    index: sha256(bytes),
    plugins: change.index.size,
    changes: listChanges(before, change.index),
  };
  await storage.writeIfAbsent(files.indexCopy(generation.index), bytes);
  const finishSigning = await store.signer.prepare(storage, channel, { text, index: change.index });
  await writeOver(storage, pendingOf(files, generation.index), generation);
  if (change.yanked) await writeOver(storage, files.yanked, change.yanked);
  await storage.replace(files.index, bytes, current.version);
  await finishSigning();
  await writeRecord(store, files, generation);
  await forgetPending(storage, files);
  return generation;
}

/** With everything where only the repository's own people look, and for everybody what concerns them. */
async function writeRecord({ storage, publicHistory }: ChannelStore, files: ChannelFiles, record: Generation) {
  await storage.writeIfAbsent(files.record(record.generation), encode(record));
  const forAll = publicHistory ? record : withoutNames(record);
  await storage.writeIfAbsent(files.generation(record.generation), encode(forAll));
}

function pendingOf(files: ChannelFiles, index: string): string {
  return `${files.pending}${index}.json`;
}

/** The index has changed: what was to be written over the one before can come no more. */
async function forgetPending(storage: RepositoryStorage, files: ChannelFiles): Promise<void> {
  for (const { path } of await storage.list(files.pending)) await storage.delete(path);
  for (const path of files.formerPending) if (await storage.read(path)) await storage.delete(path);
}

/** Finishes or forgets what a killed process left, and records a change that another tool made. */
async function recover(store: ChannelStore, channel: string, files: ChannelFiles, who: string): Promise<void> {
  const { storage } = store;
  // in this order: who lost the lock meanwhile sees a record too few, which it cannot write again, and never one too many
  const last = await readLastRecord(storage, files);
  const current = await readCurrent(storage, files);
  const digest = current.version === null ? null : sha256(current.bytes);
  for (const path of [...(digest === null ? [] : [pendingOf(files, digest)]), ...files.formerPending]) {
    const content = await storage.read(path);
    const pending = content && parseRecord(content.bytes, path);
    if (pending?.index !== digest) continue;
    await (await store.signer.prepare(storage, channel, current))();
    await writeRecord(store, files, pending);
    await forgetPending(storage, files);
    return;
  }
  // other pending records stay until a change is done: their index may still be on its way, and then that is who wrote it
  if (digest === null || last?.index === digest) return;
  const lastText = last && (await storage.read(files.indexCopy(last.index)));
  const before = lastText ? parseIndex(new TextDecoder().decode(lastText.bytes)).index : new Map<string, IndexEntry>();
  const outside: Generation = {
    generation: (last?.generation ?? 0) + 1,
    action: 'outside',
    who,
    when: store.now().toISOString(),
    why: 'The index was changed by another tool; found now.',
    from: null,
    index: digest,
    plugins: current.index.size,
    changes: listChanges(before, current.index),
  };
  await storage.writeIfAbsent(files.indexCopy(digest), current.bytes);
  await (await store.signer.prepare(storage, channel, current))();
  await writeRecord(store, files, outside);
}

async function readCurrent(storage: RepositoryStorage, files: ChannelFiles) {
  const content = await storage.read(files.index);
  const text = content ? new TextDecoder().decode(content.bytes) : '{}';
  return {
    text,
    bytes: content?.bytes ?? new TextEncoder().encode(text),
    version: content?.version ?? null,
    ...parseIndex(text, files.index),
  };
}

/** What differs between two offers, by plugin id. */
function listChanges(before: ChannelIndex, after: ChannelIndex): EntryChange[] {
  const ids = [...new Set([...before.keys(), ...after.keys()])].sort();
  return ids.flatMap((id) => {
    const old = before.get(id);
    const entry = after.get(id);
    if (old && entry && old.sha1 === entry.sha1 && old.version === entry.version) return [];
    const family = entry?.family ?? old?.family ?? null;
    return [{ id, family, before: old?.version ?? null, after: entry?.version ?? null }];
  });
}

/** Gives the channel its end, before anything is offered in it. */
export async function writeEnd({ storage }: ChannelStore, { files }: ChannelState, ends: string): Promise<void> {
  await writeOver(storage, files.ends, { ends });
}

async function writeOver(storage: RepositoryStorage, path: string, value: unknown): Promise<void> {
  const before = await storage.read(path);
  await storage.replace(path, encode(value), before?.version ?? null);
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`);
}
