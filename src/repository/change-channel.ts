/**
 * How a channel changes. Everything that a new offer names is written first, under names that nothing else uses; then
 * the index is replaced in one step; then the signature follows. A reader between any two of these steps sees the old
 * offer or the new one. What a killed process left half done is finished or forgotten by the next one that changes the
 * channel (docs/adr/0051).
 */
import { LockstepError, type Problem } from '../failure/index.ts';
import { sha256 } from '../package/index-write.ts';
import { parseEnd } from './channel-end.ts';
import { type ChannelFiles, filesOf } from './channel-files.ts';
import { readCleared } from './cleared-names.ts';
import { changedMeanwhile } from './folder-storage.ts';
import { parseRecord, readLastRecord, readRecords, withoutNames } from './generation-record.ts';
import type { IndexEntry } from './index-entry.ts';
import { type ChannelIndex, formatIndex, parseIndex } from './index-file.ts';
import { packagesOf } from './packages-of.ts';
import { announce, encodeJson, type FoundChange, mayStillHappen, readPending } from './pending-change.ts';
import { isRemoved } from './removed-index.ts';
import type { ChangeReport, EntryChange, Generation } from './repository.ts';
import type { LockOptions, RepositoryStorage, StoredContent } from './storage.ts';
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
  readonly indexVersion: string | null;
  /** Nothing was ever offered here, or the channel was removed. */
  readonly isNew: boolean;
  readonly last: Generation | null;
  readonly yanked: Yanked;
  /** ISO 8601; null: the channel lasts. */
  readonly ends: string | null;
  /** The version of the file that says so. */
  readonly endsVersion: string | null;
  /** Names of packages that are gone, and are not used again. */
  readonly cleared: ReadonlySet<string>;
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
    // the pointer is read after all that hangs on it: who lost the lock meanwhile then cannot move it
    const [last, cleared] = [await readLastRecord(storage, files), await readCleared(storage, files)];
    const end = await storage.read(files.ends);
    const current = await readCurrent(storage, files);
    const { index, yanked } = current;
    const state: ChannelState = {
      ...{ channel, files, index, last, cleared },
      yanked: parseYanked(yanked),
      isNew: current.digest === null,
      indexVersion: current.version,
      // an end that is still there is that of a channel that was removed
      ends: current.digest === null ? null : parseEnd(end),
      endsVersion: end?.version ?? null,
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
  state: ChannelState,
  current: CurrentOffer,
  change: ChannelChange,
): Promise<Generation> {
  const { storage } = store;
  const { channel, files, index: before, last } = state;
  const text = formatIndex(change.index, {
    unreadable: current.unreadable,
    ...(change.extraKeys === undefined ? {} : { extraKeys: change.extraKeys }),
  });
  const bytes = new TextEncoder().encode(text);
  const record: Generation = {
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
  await storage.writeIfAbsent(files.indexCopy(record.index), bytes);
  const finishSigning = await store.signer.prepare(storage, channel, { text, index: change.index });
  const pending = await announce(storage, files, { record, base: current.digest, yanked: change.yanked });
  await refuseCleared(store, state, change.index, pending);
  await storage.replace(files.index, bytes, current.version);
  return finish(store, channel, files, pending, { yanked: current.yanked, finishSigning });
}

/**
 * Whoever clears away says what, and then looks for what was announced; whoever publishes announces, and then looks for
 * what is cleared away. So one of the two sees the other.
 */
async function refuseCleared(
  { storage }: ChannelStore,
  { channel, files, index: before }: ChannelState,
  after: ChannelIndex,
  pending: FoundChange,
): Promise<void> {
  const offered = new Set([...before.values()].flatMap(packagesOf).map(({ filename }) => filename));
  const added = [...after.values()].flatMap(packagesOf).filter(({ filename }) => !offered.has(filename));
  const cleared = added.length === 0 ? new Set() : await readCleared(storage, files);
  const gone = added.find(({ filename }) => cleared.has(filename));
  if (!gone) return;
  await storage.delete(pending.path);
  throw new LockstepError('channel-busy', `${gone.filename} was cleared away from "${channel}" in the meantime.`, {
    hint: 'Run the command again: it starts from what is there now.',
  });
}

/** What follows once the index stands. Who comes second, since the lock was taken over, finds each step done. */
async function finish(
  store: ChannelStore,
  channel: string,
  files: ChannelFiles,
  { path, change }: FoundChange,
  as: { readonly yanked: StoredContent | null; readonly finishSigning?: FinishSigning },
): Promise<Generation> {
  const { storage } = store;
  try {
    if (change.yanked) await storage.replace(files.yanked, encodeJson(change.yanked), as.yanked?.version ?? null);
    await sign(store, channel, files, change.record.index, as.finishSigning);
    const record = await writeRecord(store, files, change.record);
    await storage.delete(path);
    return record;
  } catch (error) {
    if (!(error instanceof LockstepError) || error.code !== 'channel-busy') throw error;
    const done = (await readRecords(storage, files)).findLast((record) => isSame(record, change.record));
    if (!done) throw error;
    return done;
  }
}

/** Moves the signatures' pointer to the offer, unless somebody moved the index on: then that one does it. */
async function sign(
  store: ChannelStore,
  channel: string,
  files: ChannelFiles,
  digest: string,
  prepared?: FinishSigning,
): Promise<void> {
  let finishSigning = prepared;
  for (let attempt = 1; ; attempt++) {
    if (!finishSigning) {
      // in this order: the pointer that is replaced was read before the index was seen to be still this one
      finishSigning = await store.signer.prepare(store.storage, channel, await readCurrent(store.storage, files));
      if ((await readCurrent(store.storage, files)).digest !== digest) return;
    }
    try {
      return await finishSigning();
    } catch (error) {
      if (!(error instanceof LockstepError) || error.code !== 'channel-busy' || attempt === 5) throw error;
      finishSigning = undefined;
    }
  }
}

/**
 * With everything where only the repository's own people look, and for everybody what concerns them. Under the next
 * number if its own is another's by now; what was only found leaves it to that one, whose index it was.
 */
async function writeRecord(
  { storage, publicHistory }: ChannelStore,
  files: ChannelFiles,
  change: Generation,
): Promise<Generation> {
  for (let generation = change.generation; ; generation++) {
    const record = { ...change, generation };
    if (!(await storage.writeIfAbsent(files.record(generation), encodeJson(record)))) {
      const there = await storage.read(files.record(generation));
      const found = there && parseRecord(there.bytes, files.record(generation));
      if (found && change.action === 'outside') return found;
      if (!found || !isSame(found, change)) continue;
    }
    const forAll = publicHistory ? record : withoutNames(record);
    await storage.writeIfAbsent(files.generation(generation), encodeJson(forAll));
    return record;
  }
}

function isSame(one: Generation, other: Generation): boolean {
  return one.index === other.index && one.when === other.when && one.who === other.who;
}

/** Finishes or forgets what a killed process left, and records a change that another tool made. */
async function recover(store: ChannelStore, channel: string, files: ChannelFiles, who: string): Promise<void> {
  const { storage } = store;
  // in this order: who lost the lock meanwhile sees a record too few, which it cannot write again, and never one too many
  let last = await readLastRecord(storage, files);
  const current = await readCurrent(storage, files);
  const { digest } = current;
  for (const found of await readPending(storage, files)) {
    if (stands(found, last, digest)) last = await finish(store, channel, files, found, current);
    else if (!mayStillHappen(found.change, digest)) {
      // whoever recorded it may have been killed before the record was on the disk
      if (last) await storage.writeIfAbsent(files.record(last.generation), encodeJson(last));
      await storage.delete(found.path);
    }
  }
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
  await sign(store, channel, files, digest);
  await writeRecord(store, files, outside);
}

/** Whether the current index is that of this change, which nobody has recorded yet. */
function stands({ change: { record } }: FoundChange, last: Generation | null, digest: string | null): boolean {
  return record.index === digest && (record.generation > (last?.generation ?? 0) || last?.index !== digest);
}

/** Gives the current index its place in the history before the index goes: its own publisher may come to that much later. */
export async function recordCurrent(store: ChannelStore, files: ChannelFiles, digest: string): Promise<void> {
  const last = await readLastRecord(store.storage, files);
  const found = (await readPending(store.storage, files)).find((one) => stands(one, last, digest));
  if (found) await writeRecord(store, files, found.change.record);
}

type CurrentOffer = Awaited<ReturnType<typeof readCurrent>>;

async function readCurrent(storage: RepositoryStorage, files: ChannelFiles) {
  // before the index: whoever changed it meanwhile has changed the index first
  const yanked = await storage.read(files.yanked);
  const found = await storage.read(files.index);
  const content = found && !isRemoved(found.bytes) ? found : null;
  const text = content ? new TextDecoder().decode(content.bytes) : '{}';
  const bytes = content?.bytes ?? new TextEncoder().encode(text);
  return {
    text,
    bytes,
    yanked,
    version: found?.version ?? null,
    digest: content ? sha256(bytes) : null,
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

/**
 * Gives the channel its end, before anything is offered in it; null: it lasts. Who removes the channel looks for another
 * end once the index is gone, and this looks for the index once the end is written: one of the two sees the other.
 */
export async function writeEnd({ storage }: ChannelStore, state: ChannelState, ends: string | null): Promise<void> {
  const { files, endsVersion, indexVersion } = state;
  await storage.replace(files.ends, encodeJson({ ends }), endsVersion);
  if (((await storage.read(files.index))?.version ?? null) !== indexVersion) throw changedMeanwhile(files.index);
}
