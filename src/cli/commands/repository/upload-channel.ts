/**
 * `upload-stable` as the old recipe has it: somebody downloaded the stable offer, deleted files, copied others in, and
 * what lies there now becomes the offer. What others changed in the channel since the download stays as they left it.
 */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LockstepError, type Problem } from '../../../failure/index.ts';
import { compareVersions } from '../../../plugin/index.ts';
import {
  archiveChannel,
  type ChannelIndex,
  formatIndex,
  indexName,
  inspectPackage,
  type Repository,
} from '../../../repository/index.ts';
import { type CommandAction, type CommandInput, type CommandResult, textOption } from '../../command.ts';
import { describeProblem, describeReport, showProgress } from './describe-change.ts';
import { type DownloadedOffer, readBase, writeBase } from './download.ts';
import { indexOfFolder, packageNames, readPackages } from './packages-folder.ts';
import { repositorySettings, withRepository } from './settings.ts';

export const uploadStable: CommandAction = (input) => uploadChannel(input, 'stable');
export const uploadArchive: CommandAction = (input) => uploadChannel(input, archiveChannel);

async function uploadChannel(input: CommandInput, channel: string): Promise<CommandResult> {
  const dir = resolve(input.cwd, String(input.args['dir'] ?? './plugins'));
  const folder = join(dir, '_build', channel);
  if ((await packageNames(folder)).length === 0) {
    throw new LockstepError('file-not-found', `There are no packages in ${folder}.`, {
      hint: `Run "lockstep download-${channel}" first, then replace the files that shall change.`,
    });
  }
  const settings = await repositorySettings(input, dir);
  return withRepository(settings, async (repository) => {
    const tested = await offerOrNone(repository, 'testing');
    const dev = await indexOfFolder(join(dir, '_build', 'dev'));
    const base = await readBase(folder);
    const present = await readPackages(folder, [await indexOfFolder(folder), dev, tested]);
    const unchanged = new Set(base?.entries.map(({ sha1 }) => sha1));
    const packages = present.filter(({ sha1 }) => !unchanged.has(sha1));
    const ids = await Promise.all(packages.map(async (input) => (await inspectPackage(input)).entry.id));
    const report = await repository.publish(channel, {
      packages,
      who: input.user,
      action: 'upload-stable',
      lower: true,
      archiveOlder: true,
      withdraw: takenOut(base, new Set(present.map(({ name }) => name)), new Set(ids)),
      onProgress: showProgress(input),
      signal: input.signal,
      ...(textOption(input, 'why') ? { why: textOption(input, 'why')! } : {}),
    });
    const { index } = await repository.readOffer(channel);
    await writeFile(join(folder, indexName), formatIndex(index));
    await writeBase(folder, channel, [...index.values()]);
    const warnings =
      channel === archiveChannel
        ? []
        : [...missedOfFamilies(index, [dev, tested], ids), ...untested(index, tested, ids)];
    const result = describeReport(report, 'Uploaded to');
    return { value: { ...report, warnings }, text: [result.text, ...warnings.map(describeProblem)].join('\n') };
  });
}

/** Plugins whose file was deleted since the download and that nothing took the place of. */
function takenOut(base: DownloadedOffer | null, names: ReadonlySet<string>, replaced: ReadonlySet<string>) {
  const gone = (base?.entries ?? []).filter(({ filename, id }) => !names.has(filename) && !replaced.has(id));
  return gone.map(({ id, version }) => ({ id, version }));
}

/** A glob such as `xivo-cisco-spa*` misses the plugins of the family whose ids begin otherwise. */
function missedOfFamilies(offer: ChannelIndex, newer: readonly ChannelIndex[], changed: readonly string[]): Problem[] {
  const candidates = new Map(newer.toReversed().flatMap((index) => [...index]));
  const families = new Set(changed.flatMap((id) => offer.get(id)?.family ?? candidates.get(id)?.family ?? []));
  return [...candidates.values()].flatMap(({ id, family, version }) => {
    const offered = offer.get(id);
    if (!family || !families.has(family) || changed.includes(id)) return [];
    if (offered && compareVersions(version, offered.version) <= 0) return [];
    return {
      code: 'family-incomplete',
      severity: 'warning',
      message: `${id} ${version} belongs to the family ${family} too and was not uploaded; "stable" ${offered ? `still offers ${offered.version}` : 'does not offer it'}.`,
      hint: `Copy it as well, or use "lockstep promote --from testing --to stable ${family}".`,
    } as const;
  });
}

/** Bytes that "testing" does not offer were perhaps never tried. */
function untested(offer: ChannelIndex, tested: ChannelIndex, changed: readonly string[]): Problem[] {
  return changed.flatMap((id) => {
    const entry = offer.get(id);
    if (!entry || tested.size === 0 || tested.get(id)?.sha1 === entry.sha1) return [];
    return {
      code: 'not-tested',
      severity: 'warning',
      message: `${id} ${entry.version} has other bytes than "testing" offers.`,
      hint: 'Upload to testing first, and try it there.',
    } as const;
  });
}

async function offerOrNone(repository: Repository, channel: string): Promise<ChannelIndex> {
  try {
    return (await repository.readOffer(channel)).index;
  } catch (error) {
    if (error instanceof LockstepError && error.code === 'channel-not-found') return new Map();
    throw error;
  }
}
