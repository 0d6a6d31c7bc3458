import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LockstepError, type Problem } from '../../../failure/index.ts';
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
import { numberOption, textOption } from '../../command.ts';
import { treeArguments } from '../family/tree-arguments.ts';
import { count, describeProblem, describeReport, showProgress } from './describe-change.ts';
import { indexOfFolder, packageNames, readPackages } from './packages-folder.ts';
import { repositorySettings, withRepository } from './settings.ts';

/**
 * Builds a tree of families, checks its versions against the channel, and publishes; or publishes a folder of packages.
 * What cannot be published is left out and told; with `--all-or-nothing` it keeps the rest back too.
 */
export const upload: CommandAction = async (input) => {
  const { tree, what } = uploadArguments(input);
  const dir = tree.dir;
  const settings = await repositorySettings(input, dir);
  const channel = settings.channel ?? 'testing';
  const days = numberOption(input, 'days');
  const whole = input.options['allOrNothing'] === true;
  return withRepository(settings, async (repository) => {
    const ready = (await packageNames(dir)).length > 0;
    const { packages, left } = ready
      ? { packages: await readPackages(dir, [await indexOfFolder(dir)]), left: [] }
      : await buildAndCheck(input, { dir, what }, repository, channel);
    if (left.length > 0 && (whole || packages.length === 0)) return refuse(left);
    const report = await repository.publish(channel, {
      packages,
      who: input.user,
      partly: !whole,
      replace: input.options['replace'] === true,
      ...(days !== undefined && { days }),
      ...(input.options['newClientsOnly'] === true ? { newClientsOnly: true } : {}),
      onProgress: showProgress(input),
      signal: input.signal,
      ...(input.options['extraKeys'] === false ? { extraKeys: false } : {}),
      ...(textOption(input, 'why') ? { why: textOption(input, 'why')! } : {}),
    });
    const described = describeReport(report, 'Published to');
    if (left.length === 0) return described;
    return {
      value: { ...report, left },
      text: [...left.flatMap((group) => describeLeft(group, 'left out')), described.text].join('\n'),
      exitCode: 1,
    };
  });
};

/** A word that is no folder is a family's, in `./plugins`. */
function uploadArguments(input: CommandInput) {
  return input.args['dir'] === undefined
    ? treeArguments({ ...input, args: { ...input.args, dir: './plugins' } })
    : treeArguments(input);
}

/** What an upload leaves out, for one reason. */
interface LeftOut {
  /** The beginning of a sentence: "2 targets failed". */
  readonly what: string;
  readonly problems: readonly Problem[];
}

interface Checked {
  readonly packages: readonly PackageInput[];
  readonly left: readonly LeftOut[];
}

/** The packages that may be published, and what the author must mend: targets that fail, versions that were forgotten. */
async function buildAndCheck(
  input: CommandInput,
  { dir, what }: { readonly dir: string; readonly what: readonly string[] },
  repository: Repository,
  channel: string,
): Promise<Checked> {
  const allowCommands = input.options['allowCommands'] === true;
  const newClientsOnly = input.options['newClientsOnly'] === true;
  const built = await buildFamilies({
    ...{ dir, what, allowCommands, newClientsOnly },
    signal: input.signal,
    onProgress: (done, total, plugin) => input.terminal.progress(`build ${plugin}`, done, total),
  });
  await writeIndex(built);
  const left: LeftOut[] = [];
  if (built.failed.length > 0) {
    const problems = built.failed.map(({ problem }) => problem);
    left.push({ what: `${count(built.failed.length, 'target')} failed`, problems });
  }
  // where a version may come again with other bytes nothing was forgotten
  const mayDiffer = channel === devChannel || input.options['replace'] === true || input.options['days'] !== undefined;
  const checks = !mayDiffer && input.options['check'] !== false;
  const forgotten = checks
    ? await check({ dir, what, allowCommands, newClientsOnly, signal: input.signal }, repository, channel)
    : null;
  if (forgotten) left.push(forgotten);
  // the folder of packages also holds what was built before of other families
  const now = new Set([...built.built, ...built.unchanged].map(({ pluginId }) => pluginId));
  const packages = built.offered
    .filter(({ pluginId }) => what.length === 0 || now.has(pluginId))
    .filter(({ pluginId }) => !forgotten?.ids.has(pluginId))
    .map(({ filename, family, digest }) => ({
      name: filename,
      family,
      digest,
      content: { file: join(built.out, filename) },
    }));
  return { packages, left };
}

/** The plugins whose content changed under a published version; null where there are none. */
async function check(
  tree: { dir: string; what: readonly string[]; allowCommands: boolean; newClientsOnly: boolean; signal: AbortSignal },
  repository: Repository,
  channel: string,
): Promise<(LeftOut & { readonly ids: ReadonlySet<string> }) | null> {
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
  const forgotten = report.targets.filter(
    ({ state, problems }) => state === 'bump' && problems.some(({ severity }) => severity === 'error'),
  );
  if (forgotten.length === 0) return null;
  const problems = forgotten.flatMap(({ problems }) => problems).filter(({ severity }) => severity === 'error');
  return {
    what: `${count(problems.length, 'version')} must be raised ("lockstep bump"; to try the same version again: --channel dev or --replace)`,
    problems,
    ids: new Set(forgotten.map(({ pluginId }) => pluginId)),
  };
}

function refuse(left: readonly LeftOut[]): CommandResult {
  return {
    value: { published: false, left, problems: left.flatMap(({ problems }) => problems) },
    text: left.flatMap((group) => describeLeft(group, 'nothing was published')).join('\n'),
    exitCode: 1,
  };
}

function describeLeft({ what, problems }: LeftOut, outcome: string): string[] {
  return [`${what}; ${outcome}.`, ...problems.map(describeProblem)];
}

/** The index beside the built packages, so that a copy of them elsewhere still finds its families. */
async function writeIndex({ out, offered }: BuildReport): Promise<void> {
  await mkdir(out, { recursive: true });
  await writeFile(join(out, indexName), formatIndex(offered.map(entryOf)));
}

function entryOf({ pluginId, info, filename, size, sha1, sha256, digest, family }: BuiltPackage) {
  return describeEntry({ id: pluginId, info, filename, size, sha1, sha256, digest, family });
}
