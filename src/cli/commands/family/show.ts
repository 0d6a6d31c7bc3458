import { formatProblem } from '../../../failure/index.ts';
import { describeFamily, type FamilyDescription } from '../../../family/index.ts';
import type { CommandAction } from '../../command.ts';
import { openOneFamily } from './open-one-family.ts';

/** `family show`: exit code 1 when one of its targets cannot be built. */
export const show: CommandAction = async (input) => {
  const { tree, family } = await openOneFamily(input);
  const value = await describeFamily(tree, family);
  return { value, text: describe(value), exitCode: value.problems.length > 0 ? 1 : 0 };
};

function describe({ name, folder, recipe, targets, files, problems }: FamilyDescription): string {
  return [
    `${name} (${folder}/${recipe})`,
    ...problems.map(formatProblem),
    '',
    'Targets',
    ...targets.flatMap((target) => [
      `  ${target.id} → ${target.pluginId} ${target.version ?? '(cannot be built)'}${
        target.stepVersion === null ? '' : `, steps version ${target.stepVersion}`
      }, ${target.files} files`,
      ...target.layers.map((layer) => `    ${layer}`),
    ]),
    '',
    'Files',
    ...files.map(({ file, plugins }) => `  ${file} → ${reach(plugins, targets.length)}`),
  ].join('\n');
}

function reach(plugins: readonly string[], all: number): string {
  if (plugins.length === 0) return 'nobody';
  return plugins.length === all && all > 1 ? `all ${all}` : plugins.join(', ');
}
