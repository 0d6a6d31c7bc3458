import { formatProblem } from '../../../failure/index.ts';
import { openFamilyTree, resolveTargets, selectTargets } from '../../../family/index.ts';
import type { CommandAction } from '../../command.ts';
import { treeArguments } from './tree-arguments.ts';

/** `family list`: exit code 1 when a family or target cannot be built. */
export const list: CommandAction = async (input) => {
  const tree = await openFamilyTree(treeArguments(input).tree);
  const { targets, failures } = await resolveTargets(tree, selectTargets(tree, []));
  const value = tree.families
    .filter(({ name }) => tree.only === null || name === tree.only)
    .map(({ name, shown, recipe }) => ({
      name,
      folder: shown,
      recipe,
      plugins: targets
        .filter(({ family }) => family.name === name)
        .map(({ tree: { pluginId }, facts }) => ({ id: pluginId, version: facts.version })),
      failed: failures.filter(({ family }) => family === name),
    }));
  const lines = value.flatMap(({ name, recipe, plugins, failed }) => [
    `${name} (${recipe}, ${plugins.length} plugin${plugins.length === 1 ? '' : 's'})`,
    ...plugins.map(({ id, version }) => `  ${id} ${version}`),
    ...failed.map(({ problem }) => `  ${formatProblem(problem)}`),
  ]);
  return { value, text: lines.join('\n'), exitCode: failures.length > 0 ? 1 : 0 };
};
