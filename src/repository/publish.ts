import { LockstepError, type Problem, problemOf } from '../failure/index.ts';
import { compareVersions } from '../plugin/index-json.ts';
import { addToArchive } from './archive.ts';
import { type ChannelState, type ChannelStore, changeChannel, writeEnd } from './change-channel.ts';
import { channelEnded, channelLasts, endAfter, hasEnded } from './channel-end.ts';
import { devChannel } from './channel-files.ts';
import type { IndexEntry } from './index-entry.ts';
import { type InspectedPackage, inspectPackage, isFaultOfPackage } from './inspect-package.ts';
import { listPackages, placePackage, repairPackage, versionPublished } from './place-package.ts';
import type { ChangeReport, PublishRequest } from './repository.ts';

/** Adds packages to what a channel offers: all of them or, when one is at fault, none; where asked, all but those at fault. */
export async function publish(store: ChannelStore, channel: string, request: PublishRequest): Promise<ChangeReport> {
  const { inspected, refused } = await inspectAll(request);
  const { chosen, problems } = chooseHighest(inspected);
  problems.unshift(...refused);
  // a channel that would get nothing is not even begun
  if (chosen.length === 0 && refused.length > 0 && !request.withdraw?.length) {
    return { channel, generation: null, problems };
  }

  let ends: string | undefined;
  const report = await changeChannel(store, channel, request, async (state) => {
    ends = await giveEnd(store, state, request);
    const mayDiffer = channel === devChannel || request.replace === true || (ends ?? state.ends) !== null;
    const leaveOut = leavingOut(request, problems);
    const accepted = await filter(
      chosen,
      leaveOut(({ entry }) => accept(entry, state, { ...request, replace: mayDiffer }, problems)),
    );
    await mendSpoilt(store, state, chosen);
    const index = new Map(state.index);
    const left: IndexEntry[] = [];
    let changed = 0;
    for (const [at, { entry, content }] of accepted.entries()) {
      request.signal?.throwIfAborted();
      request.onProgress?.({ step: 'write', done: at, total: accepted.length });
      const before = state.index.get(entry.id);
      const place = leaveOut(async () => {
        index.set(entry.id, await placePackage(store, state, entry, content, mayDiffer));
        return true;
      });
      if (!(await place(accepted[at]!))) continue;
      changed += 1;
      if (before && before.version !== entry.version) left.push(before);
    }
    for (const { id, version } of request.withdraw ?? []) {
      const before = state.index.get(id);
      if (before?.version !== version || accepted.some(({ entry }) => entry.id === id)) continue;
      index.delete(id);
      left.push(before);
    }
    if (changed === 0 && left.length === 0) return { problems };
    if (request.archiveOlder) await addToArchive(store, channel, left, request);
    return {
      action: request.action ?? 'publish',
      who: request.who,
      why: request.why,
      index,
      problems,
      extraKeys: request.extraKeys,
    };
  });
  return ends === undefined ? report : { ...report, ends };
}

/** A channel that lasts gets no end by a publication; one that has ended goes on only where that is asked. */
async function giveEnd(
  store: ChannelStore,
  state: ChannelState,
  { days }: PublishRequest,
): Promise<string | undefined> {
  const now = store.now();
  if (days === undefined) {
    if (state.ends !== null && hasEnded(state.ends, now)) throw channelEnded(state.channel, state.ends);
    if (state.isNew && state.endsVersion !== null) await writeEnd(store, state, null);
    return undefined;
  }
  const ends = endAfter(days, now);
  if (state.ends === null && !state.isNew) throw channelLasts(state.channel, 'is there already and has no end');
  await writeEnd(store, state, ends);
  return ends;
}

/** Opens every package; where the request takes a part, what cannot be opened becomes a problem. */
async function inspectAll(request: PublishRequest): Promise<{ inspected: InspectedPackage[]; refused: Problem[] }> {
  const inspected: InspectedPackage[] = [];
  const refused: Problem[] = [];
  const leaveOut = leavingOut(request, refused);
  for (const [at, input] of request.packages.entries()) {
    request.signal?.throwIfAborted();
    request.onProgress?.({ step: 'read', done: at, total: request.packages.length });
    await leaveOut(async () => {
      inspected.push(await inspectPackage(input, request.newClientsOnly));
      return true;
    })(input);
  }
  return { inspected, refused };
}

/** Wraps a step that is done for each package, so that the fault of one is told and answers false, where asked. */
function leavingOut(request: PublishRequest, problems: Problem[]) {
  return <Given>(step: (given: Given) => boolean | Promise<boolean>) =>
    async (given: Given): Promise<boolean> => {
      try {
        return await step(given);
      } catch (error) {
        // of a single package the error says it best
        const whole = !request.partly || request.packages.length === 1;
        if (whole || !(error instanceof LockstepError) || !isFaultOfPackage(error)) throw error;
        problems.push(problemOf(error));
        return false;
      }
    };
}

async function filter<Given>(all: readonly Given[], keep: (given: Given) => Promise<boolean>): Promise<Given[]> {
  const kept: Given[] = [];
  for (const one of all) if (await keep(one)) kept.push(one);
  return kept;
}

/** A package that is offered with these bytes but lost or shortened on disk gets its file again. */
async function mendSpoilt(
  store: ChannelStore,
  state: ChannelState,
  chosen: readonly InspectedPackage[],
): Promise<void> {
  const stored = await listPackages(store.storage, state.files);
  const sizes = new Map(stored.map(({ path, size }) => [path.slice(state.files.folder.length), size]));
  for (const { entry, content } of chosen) {
    const offered = state.index.get(entry.id);
    if (offered?.sha1 !== entry.sha1 || sizes.get(offered.filename) === offered.size) continue;
    await repairPackage(store.storage, state.files.package(offered.filename), content);
  }
}

/** Whether an entry changes the offer; otherwise says why not. Throws `version-published`. */
function accept(entry: IndexEntry, state: ChannelState, request: PublishRequest, problems: Problem[]): boolean {
  const yanked = state.yanked[entry.id]?.[entry.version];
  if (yanked) {
    problems.push({
      code: 'version-yanked',
      severity: 'warning',
      message: `${entry.id} ${entry.version} was withdrawn from "${state.channel}" (${yanked.reason}) and is left out.`,
      hint: 'Raise the version, or put an earlier generation back with "channel restore".',
    });
    return false;
  }
  const offered = state.index.get(entry.id);
  if (!offered) return true;
  const order = compareVersions(entry.version, offered.version);
  if (entry.version === offered.version) {
    if (entry.sha1 === offered.sha1) return lacksOurKeys(offered, entry, request);
    if (!request.replace) throw versionPublished(state.channel, entry);
    return true;
  }
  if (order < 0 && !request.lower) {
    problems.push({
      code: 'version-lower',
      severity: 'warning',
      message: `${entry.id} ${entry.version} is left out: "${state.channel}" already offers ${offered.version}.`,
      hint: 'Fetch the newer sources and raise the version from there.',
    });
    return false;
  }
  if (order === 0) {
    problems.push({
      code: 'version-same-order',
      severity: 'warning',
      message: `${entry.id} ${entry.version} counts as the same version as ${offered.version}; no server will upgrade to it.`,
      hint: 'Raise the version.',
    });
  }
  return true;
}

/** An unchanged package is written to the index again only to add the keys that an older tool left out. */
function lacksOurKeys(offered: IndexEntry, entry: IndexEntry, request: PublishRequest): boolean {
  if (request.extraKeys === false) return false;
  return offered.sha256 === null || (entry.digest !== null && offered.digest === null);
}

/** Of several packages of one plugin the highest version counts, as the old builder meant to do. */
function chooseHighest(packages: readonly InspectedPackage[]): { chosen: InspectedPackage[]; problems: Problem[] } {
  const byId = new Map<string, InspectedPackage>();
  const problems: Problem[] = packages.flatMap((candidate) => [...candidate.problems]);
  for (const candidate of packages) {
    const { id, version, filename } = candidate.entry;
    const known = byId.get(id);
    const order = known ? compareVersions(version, known.entry.version) : 1;
    if (known) {
      const [kept, dropped] = order > 0 ? [candidate, known] : [known, candidate];
      problems.push({
        code: 'plugin-twice',
        severity: 'warning',
        message: `${id} is there twice; ${kept.entry.filename} counts, ${dropped === candidate ? filename : dropped.entry.filename} does not.`,
        hint: 'Remove the package that is not meant.',
      });
    }
    if (order > 0) byId.set(id, candidate);
  }
  return { chosen: [...byId.values()], problems };
}
