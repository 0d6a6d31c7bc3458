import { formatProblem, LockstepError } from '../../../failure/index.ts';
import { bumpVersions, type PublishedOffer, type TreeOptions, type VersionStep } from '../../../family/index.ts';
import { type CommandAction, type CommandInput, numberOption, textOption } from '../../command.ts';
import { publishedOffer } from './published-offer.ts';
import { treeArguments } from './tree-arguments.ts';

/** `bump`: exit code 1 when a version should rise but could not be edited, or a target cannot be built. */
export const bump: CommandAction = async (input) => {
  const { tree, what } = treeArguments(input);
  const exact = textOption(input, 'to');
  if (exact !== undefined && what.length === 0) {
    throw new LockstepError('usage', '--to needs the families or targets that shall get the version.', {
      hint: 'For instance: lockstep bump plugins xivo-cisco-spa:7.5.4 --to 0.5',
    });
  }
  const dryRun = input.options['dryRun'] === true;
  const report = await bumpVersions({
    ...tree,
    what,
    offer: exact === undefined ? await offerFor(input, tree) : null,
    step: stepOf(input),
    dryRun,
    ...(exact === undefined ? {} : { exact }),
  });
  const problems = [...report.failed.map(({ problem }) => problem), ...report.problems];
  const lines = report.edits.map(({ file, from, to }) => `${file}: ${from} → ${to}`);
  const summary = `${report.edits.length} version${report.edits.length === 1 ? '' : 's'} ${dryRun ? 'to raise' : 'raised'}`;
  return {
    value: { ...report, dryRun },
    text: [...problems.map(formatProblem), ...lines, summary].join('\n'),
    exitCode: problems.some(({ severity }) => severity === 'error') ? 1 : 0,
  };
};

/** Ending testing versions needs nothing to compare with. */
async function offerFor(input: CommandInput, tree: TreeOptions): Promise<PublishedOffer | null> {
  const given = textOption(input, 'against') !== undefined;
  return given || input.options['release'] !== true ? publishedOffer(input, tree) : null;
}

function stepOf(input: CommandInput): VersionStep {
  const part = numberOption(input, 'part');
  const wishes = [input.options['dev'], input.options['release'], part].filter((wish) => wish !== undefined);
  if (wishes.length > 1 || (wishes.length > 0 && textOption(input, 'to') !== undefined)) {
    throw new LockstepError('usage', 'Only one of --dev, --release, --part and --to can be given.', {
      hint: 'See --help.',
    });
  }
  if (part === 0) throw new LockstepError('usage', '--part counts from 1.', { hint: 'See --help.' });
  if (part !== undefined) return part;
  return input.options['dev'] === true ? 'dev' : input.options['release'] === true ? 'release' : 'next';
}
