import type { Problem } from '../failure/index.ts';
import { compareVersions } from '../plugin/index-json.ts';
import { addToArchive } from './archive.ts';
import { type ChannelState, type ChannelStore, changeChannel } from './change-channel.ts';
import { devChannel } from './channel-files.ts';
import type { IndexEntry } from './index-entry.ts';
import { type InspectedPackage, inspectPackage } from './inspect-package.ts';
import { listPackages, placePackage, versionPublished } from './place-package.ts';
import type { ChangeReport, PublishRequest } from './repository.ts';

/** Adds packages to what a channel offers; all of them or, when one is at fault, none. */
export async function publish(store: ChannelStore, channel: string, request: PublishRequest): Promise<ChangeReport> {
  const inspected: InspectedPackage[] = [];
  for (const [at, input] of request.packages.entries()) {
    request.signal?.throwIfAborted();
    request.onProgress?.({ step: 'read', done: at, total: request.packages.length });
    inspected.push(await inspectPackage(input));
  }
  const { chosen, problems } = chooseHighest(inspected);

  return changeChannel(store, channel, request, async (state) => {
    const accepted = chosen.filter((candidate) => accept(candidate.entry, state, request, problems));
    await mendSpoilt(store, state, chosen);
    const index = new Map(state.index);
    const left: IndexEntry[] = [];
    for (const [at, { entry, content }] of accepted.entries()) {
      request.signal?.throwIfAborted();
      request.onProgress?.({ step: 'write', done: at, total: accepted.length });
      const before = state.index.get(entry.id);
      index.set(entry.id, await placePackage(store, state, entry, content, mayDiffer(channel, request)));
      if (before && before.version !== entry.version) left.push(before);
    }
    for (const { id, version } of request.withdraw ?? []) {
      const before = state.index.get(id);
      if (before?.version !== version || accepted.some(({ entry }) => entry.id === id)) continue;
      index.delete(id);
      left.push(before);
    }
    if (accepted.length === 0 && left.length === 0) return { problems };
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
    await placePackage(store, state, offered, content, false);
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
    if (!mayDiffer(state.channel, request)) throw versionPublished(state.channel, entry);
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

function mayDiffer(channel: string, request: PublishRequest): boolean {
  return channel === devChannel || request.replace === true;
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
