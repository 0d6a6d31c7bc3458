import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LockstepError } from '../../../failure/index.ts';
import {
  type BuildReport,
  type BuiltPackage,
  buildFamilies,
  checkVersions,
  offerOfPackages,
} from '../../../family/index.ts';
import {
  describeEntry,
  devChannel,
  formatIndex,
  indexName,
  type PackageInput,
  type Repository,
} from '../../../repository/index.ts';
import type { CommandAction, CommandInput, CommandResult } from '../../command.ts';
import { textOption } from '../../command.ts';
import { count, describeProblem, describeReport, showProgress } from './describe-change.ts';
import { indexOfFolder, packageNames, readPackages } from './packages-folder.ts';
import { repositorySettings, withRepository } from './settings.ts';

/** Builds a tree of families, checks its versions against the channel, and publishes; or publishes a folder of packages. */
export const upload: CommandAction = async (input) => {
  const dir = resolve(input.cwd, String(input.args['dir'] ?? './plugins'));
  const settings = await repositorySettings(input, dir);
  const channel = settings.channel ?? 'testing';
  return withRepository(settings, async (repository) => {
    const ready = (await packageNames(dir)).length > 0;
    const packages = ready
      ? await readPackages(dir, [await indexOfFolder(dir)])
      : await buildAndCheck(input, dir, repository, channel);
    if (!Array.isArray(packages)) return packages;
    const report = await repository.publish(channel, {
      packages,
      who: input.user,
      replace: input.options['replace'] === true,
      onProgress: showProgress(input),
      signal: input.signal,
      ...(input.options['extraKeys'] === false ? { extraKeys: false } : {}),
      ...(textOption(input, 'why') ? { why: textOption(input, 'why')! } : {}),
    });
    return describeReport(report, 'Published to');
  });
};

/** The packages, or what to tell the author where a target fails or a version was forgotten. */
async function buildAndCheck(
  input: CommandInput,
  dir: string,
  repository: Repository,
  channel: string,
): Promise<PackageInput[] | CommandResult> {
  const allowCommands = input.options['allowCommands'] === true;
  const built = await buildFamilies({
    dir,
    allowCommands,
    signal: input.signal,
    onProgress: (done, total, plugin) => input.terminal.progress(`build ${plugin}`, done, total),
  });
  await writeIndex(built);
  if (built.failed.length > 0) {
    return refuse(
      `${count(built.failed.length, 'target')} failed; nothing was published.`,
      built.failed.map(({ problem }) => problem),
      built,
    );
  }
  if (channel !== devChannel && input.options['check'] !== false && input.options['replace'] !== true) {
    const forgotten = await check({ dir, allowCommands, signal: input.signal }, repository, channel);
    if (forgotten) return forgotten;
  }
  return built.offered.map(({ filename, family, digest }) => ({
    name: filename,
    family,
    digest,
    content: { file: join(built.out, filename) },
  }));
}

async function check(
  tree: { dir: string; allowCommands: boolean; signal: AbortSignal },
  repository: Repository,
  channel: string,
): Promise<CommandResult | null> {
  const offered = await repository.readOffer(channel).catch((error: unknown) => {
    if (error instanceof LockstepError && error.code === 'channel-not-found') return null;
    throw error;
  });
  if (!offered) return null;
  const entries = [...offered.index.values()].map((entry) => ({
    id: entry.id,
    version: entry.version,
    digest: entry.digest,
    filename: entry.filename,
    identity: entry.sha1,
    read: () => repository.readPackage(channel, entry),
  }));
  const report = await checkVersions({ ...tree, offer: offerOfPackages(channel, entries) });
  // a lower version is left out of the offer with a warning: a stale tree must not hold up the rest
  const errors = report.targets.filter(({ state }) => state === 'bump').flatMap(({ problems }) => problems);
  const blocking = errors.filter(({ severity }) => severity === 'error');
  if (blocking.length === 0) return null;
  return refuse(
    `${count(blocking.length, 'version')} must be raised ("lockstep bump"); nothing was published.`,
    blocking,
    report,
  );
}

function refuse(message: string, problems: Parameters<typeof describeProblem>[0][], value: object): CommandResult {
  return {
    value: { published: false, problems, ...value },
    text: [message, ...problems.map(describeProblem)].join('\n'),
    exitCode: 1,
  };
}

/** The index beside the built packages, so that a copy of them elsewhere still finds its families. */
async function writeIndex({ out, offered }: BuildReport): Promise<void> {
  await mkdir(out, { recursive: true });
  await writeFile(join(out, indexName), formatIndex(offered.map(entryOf)));
}

function entryOf({ pluginId, info, filename, size, sha1, sha256, digest, family }: BuiltPackage) {
  return describeEntry({ id: pluginId, info, filename, size, sha1, sha256, digest, family });
}
