import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatProblem, type Problem } from '../../../failure/index.ts';
import {
  findFamilies,
  memoryFolder,
  offerOfPackages,
  offerOfRevision,
  type PublishedOffer,
  type TreeOptions,
} from '../../../family/index.ts';
import { openChannel } from '../../../repository/index.ts';
import { type CommandInput, textOption } from '../../command.ts';
import { repositorySettings } from '../repository/settings.ts';

/** The channel that the tree publishes to, where its configuration names one. */
async function configuredChannel(input: CommandInput, tree: TreeOptions): Promise<string | null> {
  const { repository, channel = 'testing', base } = await repositorySettings(input, findFamilies(tree.dir).folder);
  if (repository === undefined) return null;
  if (/^https?:/.test(repository)) return new URL(`plugins/1/${channel}/`, repository.replace(/\/?$/, '/')).href;
  const folder = resolve(base, repository, 'plugins/1', channel);
  // before the first upload there is nothing to compare with but the last commit
  return existsSync(join(folder, 'plugins.db')) ? folder : null;
}

/** What `--against` names: a git revision, or a channel by folder or URL. Its own faults are told on the way. */
export async function publishedOffer(input: CommandInput, tree: TreeOptions): Promise<PublishedOffer> {
  const against = textOption(input, 'against') ?? (await configuredChannel(input, tree)) ?? 'git:HEAD';
  const tell = (problems: readonly Problem[]): void => {
    for (const problem of problems) input.terminal.note(formatProblem({ ...problem, severity: 'warning' }));
  };
  if (against.startsWith('git:')) {
    const offer = await offerOfRevision(against.slice('git:'.length), tree);
    tell(offer.problems);
    return offer;
  }
  const isUrl = /^[a-z][a-z0-9+.-]+:\/\//i.test(against);
  const channel = openChannel(isUrl ? against : resolve(input.cwd, against), {
    token: textOption(input, 'token') ?? input.env['LOCKSTEP_TOKEN'],
  });
  const offer = await channel.readOffer({ signal: input.signal });
  tell(offer.problems);
  const packages = [...offer.index.values()].map((entry) => ({
    ...entry,
    identity: `${entry.sha1} ${entry.sha256 ?? ''}`,
    read: () => offer.readPackage(entry, { signal: input.signal }),
  }));
  return offerOfPackages(against, packages, join(memoryFolder(findFamilies(tree.dir).folder), 'offers.json'));
}
