import { LockstepError, type Problem } from '../failure/index.ts';
import { compareVersions } from '../plugin/index-json.ts';
import { addToArchive } from './archive.ts';
import { type ChannelState, type ChannelStore, changeChannel } from './change-channel.ts';
import { filesOf } from './channel-files.ts';
import { readLastRecord } from './generation-record.ts';
import type { IndexEntry } from './index-entry.ts';
import type { ChannelIndex } from './index-file.ts';
import { passGate } from './pass-gate.ts';
import { placePackage, versionPublished } from './place-package.ts';
import { readCheckedPackage, readOffer } from './read-offer.ts';
import type { ChangeReport, GateInput, PromoteRequest } from './repository.ts';

/**
 * Makes what one channel offers the offer of another: the very bytes, no rebuild. The versions that leave go to the
 * archive. All of the chosen plugins or, when the gate or a version refuses one, none.
 */
export async function promote(store: ChannelStore, request: PromoteRequest): Promise<ChangeReport> {
  const { storage } = store;
  if (request.from === request.to) {
    throw new LockstepError('usage', `"${request.from}" cannot be promoted to itself.`, { hint: 'Name two channels.' });
  }
  const source = filesOf(request.from);
  const offer = await readOffer(storage, request.from);
  const generation = (await readLastRecord(storage, source))?.generation ?? 0;
  const chosen = choose(offer.index, request);
  refuseUnexpected(chosen, request);

  return changeChannel(store, request.to, request, async (state) => {
    const problems: Problem[] = [];
    const moving = chosen.filter((entry) => moves(entry, state, request, problems));
    if (moving.length === 0) return { problems };
    const candidates = moving.map((entry): GateInput => {
      const before = state.index.get(entry.id) ?? null;
      return {
        entry,
        before,
        readPackage: () => readCheckedPackage(storage, source, entry),
        readBefore: async () => before && readCheckedPackage(storage, state.files, before),
      };
    });
    problems.push(...(await passGate(request, candidates)));

    const index = new Map(state.index);
    for (const [at, entry] of moving.entries()) {
      request.signal?.throwIfAborted();
      request.onProgress?.({ step: 'promote', done: at, total: moving.length });
      const bytes = await readCheckedPackage(storage, source, entry);
      index.set(entry.id, await placePackage(store, state, entry, bytes, false));
    }
    const left = moving.flatMap(({ id }) => state.index.get(id) ?? []);
    await addToArchive(store, request.to, left, request);
    const from = { channel: request.from, generation };
    return { action: 'promote', who: request.who, why: request.why, from, index, problems };
  });
}

/** The entries that ids and family names mean; nothing named means all. Throws `plugin-not-found`. */
export function choose(index: ChannelIndex, { what, from }: Pick<PromoteRequest, 'what' | 'from'>): IndexEntry[] {
  if (what.length === 0) return [...index.values()];
  const chosen = new Map<string, IndexEntry>();
  for (const name of what) {
    const meant = [...index.values()].filter(({ id, family }) => id === name || family === name);
    if (meant.length === 0) {
      throw new LockstepError('plugin-not-found', `"${from}" offers neither a plugin nor a family "${name}".`, {
        hint: `See "lockstep channel show ${from}".`,
      });
    }
    for (const entry of meant) chosen.set(entry.id, entry);
  }
  return [...chosen.values()];
}

function refuseUnexpected(chosen: readonly IndexEntry[], { expected, from }: PromoteRequest): void {
  for (const { id, sha1 } of expected ? chosen : []) {
    if (expected![id] === sha1) continue;
    throw new LockstepError('channel-busy', `"${from}" offers another ${id} than the one that was looked at.`, {
      hint: 'Run the command again.',
    });
  }
}

function moves(entry: IndexEntry, state: ChannelState, request: PromoteRequest, problems: Problem[]): boolean {
  const before = state.index.get(entry.id);
  if (!before) return true;
  if (before.version === entry.version) {
    if (before.sha1 !== entry.sha1) throw versionPublished(state.channel, entry);
    return false;
  }
  if (compareVersions(entry.version, before.version) >= 0 || request.lower) return true;
  const message = `${entry.id} ${entry.version} of "${request.from}" is lower than ${before.version} in "${request.to}".`;
  const hint = 'Publish a higher version, or take the change back with "lockstep channel restore".';
  if (request.what.includes(entry.id)) throw new LockstepError('plugin-lower-version', message, { hint });
  problems.push({ code: 'version-lower', severity: 'warning', message: `Left out: ${message}`, hint });
  return false;
}
