import { formatProblem } from '../../../failure/index.ts';
import {
  type CheckReport,
  checkVersions,
  findFamilies,
  layOutFromGit,
  type TreeOptions,
} from '../../../family/index.ts';
import { productVersion } from '../../../product/index.ts';
import { formatSarif } from '../../../upgrade/index.ts';
import { type CommandAction, type CommandInput, textOption } from '../../command.ts';
import { publishedOffer } from './published-offer.ts';
import { treeArguments } from './tree-arguments.ts';

/** `check`: exit code 1 when a version must rise or a target cannot be built. */
export const check: CommandAction = async (input) => {
  const { tree, what } = treeArguments(input);
  const offer = await publishedOffer(input, tree);
  const report = await inStagedTree(input, tree, (folder) =>
    checkVersions({
      ...folder,
      what,
      offer,
      onProgress: (done, total) => input.terminal.progress('Checking', done, total),
    }),
  );
  const exitCode = report.problems.some(({ severity }) => severity === 'error') ? 1 : 0;
  switch (textOption(input, 'format')) {
    case 'sarif': {
      const log = formatSarif(report.problems, { toolVersion: productVersion });
      return { value: log, text: JSON.stringify(log, null, 2), exitCode };
    }
    case 'json':
      return { value: report, text: JSON.stringify(report, null, 2), exitCode };
    default:
      return { value: report, text: describe(report, input.options['explain'] === true), exitCode };
  }
};

async function inStagedTree<T>(
  input: CommandInput,
  tree: TreeOptions,
  act: (tree: TreeOptions) => Promise<T>,
): Promise<T> {
  if (input.options['staged'] !== true) return act(tree);
  const found = findFamilies(tree.dir);
  const staged = layOutFromGit(found.folder, null);
  try {
    const dir = found.only === null ? staged.dir : `${staged.dir}/${found.only}`;
    return await act({ ...tree, dir, remember: false });
  } finally {
    staged.remove();
  }
}

function describe(report: CheckReport, explain: boolean): string {
  const counted = (state: string): number => report.targets.filter((target) => target.state === state).length;
  const reach = report.reach.flatMap(({ file, plugins }) => [file, ...plugins.map((id) => `  → ${id}`)]);
  return [
    ...report.problems.map(formatProblem),
    ...(explain && reach.length > 0 ? ['', ...reach, ''] : []),
    `${report.targets.length + report.failed.length} targets against ${report.against}: ${counted('bump') + counted('lower')} to bump, ` +
      `${counted('raised')} raised, ${counted('same') + counted('needless')} the same, ${counted('new')} new, ${report.failed.length} failed`,
  ].join('\n');
}
