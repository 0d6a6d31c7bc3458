import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LockstepError } from '../../../failure/index.ts';
import { sha1 } from '../../../package/index.ts';
import {
  archiveChannel,
  type ChannelIndex,
  formatIndex,
  type IndexEntry,
  indexName,
  type Repository,
} from '../../../repository/index.ts';
import type { CommandAction, CommandInput, CommandResult } from '../../command.ts';
import { count } from './describe-change.ts';
import { packageNames } from './packages-folder.ts';
import { repositorySettings, withRepository } from './settings.ts';

/** What a downloaded folder held when it was filled: `upload-stable` tells from it what was taken out since. */
export const baseName = '.lockstep-offer.json';

export interface DownloadedOffer {
  readonly channel: string;
  readonly entries: readonly {
    readonly id: string;
    readonly version: string;
    readonly filename: string;
    readonly sha1: string;
  }[];
}

/** `download`: a channel's offer into `_build/<channel>` of the tree. */
export const download: CommandAction = (input) => downloadChannel(input, null);
export const downloadStable: CommandAction = (input) => downloadChannel(input, 'stable');
export const downloadArchive: CommandAction = (input) => downloadChannel(input, archiveChannel);

async function downloadChannel(input: CommandInput, named: string | null): Promise<CommandResult> {
  const dir = resolve(input.cwd, String(input.args['dir'] ?? './plugins'));
  const settings = await repositorySettings(input, dir);
  const channel = named ?? settings.channel ?? 'testing';
  const folder = join(dir, '_build', channel);
  const report = await withRepository(settings, (repository) => fillFolder(repository, channel, folder, input));
  const text = [
    `${folder} holds what "${channel}" offers: ${count(report.packages, 'package')}, ${report.fetched} fetched, ${report.removed.length} removed.`,
    ...report.foreign.map((name) => `warning ${name} is not of this offer; remove it if it shall not be uploaded.`),
  ].join('\n');
  return { value: { channel, folder, ...report }, text };
}

async function fillFolder(repository: Repository, channel: string, folder: string, { terminal, signal }: CommandInput) {
  const index = await offerToFill(repository, channel, signal, terminal);
  const wanted = channel === archiveChannel ? [...index.values()].flatMap(archivedEntries) : [...index.values()];
  await mkdir(folder, { recursive: true });
  const before = await readBase(folder);
  let fetched = 0;
  for (const [done, entry] of wanted.entries()) {
    signal.throwIfAborted();
    terminal.progress('download', done, wanted.length);
    const file = join(folder, entry.filename);
    const present = await readFile(file).catch(() => null);
    if (present && sha1(present) === entry.sha1) continue;
    const bytes = await repository.readPackage(channel, entry, { signal });
    await writeFile(`${file}.part`, bytes);
    await rename(`${file}.part`, file);
    fetched++;
  }
  const names = new Set(wanted.map(({ filename }) => filename));
  const gone = (before?.entries ?? []).map(({ filename }) => filename).filter((name) => !names.has(name));
  for (const name of gone) await rm(join(folder, name), { force: true });
  const foreign = (await packageNames(folder)).filter((name) => !names.has(name));
  await writeFile(join(folder, indexName), formatIndex(index));
  await writeBase(folder, channel, [...index.values()]);
  return { packages: wanted.length, fetched, removed: gone, foreign };
}

/** The first upload to `stable` begins with an empty folder. */
async function offerToFill(
  repository: Repository,
  channel: string,
  signal: AbortSignal,
  terminal: CommandInput['terminal'],
): Promise<ChannelIndex> {
  try {
    return (await repository.readOffer(channel, { signal })).index;
  } catch (error) {
    if (!(error instanceof LockstepError) || error.code !== 'channel-not-found') throw error;
    terminal.note(`"${channel}" does not offer anything yet.`);
    return new Map();
  }
}

/** An archive's entry stands for all versions that it keeps. */
function archivedEntries(entry: IndexEntry): IndexEntry[] {
  const others = (entry.fields['versions'] ?? []) as {
    version: string;
    filename: string;
    dsize: number;
    sha1sum: string;
  }[];
  return [
    entry,
    ...others.map(({ version, filename, dsize, sha1sum }) => ({
      ...entry,
      version,
      filename,
      size: dsize,
      sha1: sha1sum,
      sha256: null,
    })),
  ];
}

export async function readBase(folder: string): Promise<DownloadedOffer | null> {
  const text = await readFile(join(folder, baseName), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as DownloadedOffer);
}

export async function writeBase(folder: string, channel: string, entries: readonly IndexEntry[]): Promise<void> {
  const base: DownloadedOffer = {
    channel,
    entries: entries.map(({ id, version, filename, sha1 }) => ({ id, version, filename, sha1 })),
  };
  await writeFile(join(folder, baseName), `${JSON.stringify(base, null, 1)}\n`);
}
