import { join, resolve } from 'node:path';
import { formatProblem } from '../../../failure/index.ts';
import { type BuildReport, buildFamilies } from '../../../family/index-build.ts';
import { type CommandAction, type CommandInput, textOption } from '../../command.ts';
import { writeIndex } from './build-index.ts';
import { treeArguments } from './tree-arguments.ts';

/** `build`: exit code 1 when a target failed; the others are built all the same. */
export const build: CommandAction = async (input) => {
  const report = await buildAndIndex(input, treeArguments(input).what);
  const { out, folders, built, unchanged, failed, removed, warnings } = report;
  return {
    value: { out, folders, built, unchanged, failed, removed, warnings },
    text: describe(report),
    exitCode: failed.length > 0 ? 1 : 0,
  };
};

/** Builds, then replaces the index of the out folder if it is no longer right. */
export async function buildAndIndex(input: CommandInput, what: readonly string[]): Promise<BuildReport> {
  const { tree } = treeArguments(input);
  const [out, folders] = [textOption(input, 'out'), textOption(input, 'folders')];
  const report = await buildFamilies({
    ...tree,
    what,
    ...(out ? { out: resolve(input.cwd, out) } : {}),
    ...(folders ? { folders: resolve(input.cwd, folders) } : {}),
    onProgress: (done, total, pluginId) => input.terminal.progress(`Building ${pluginId}`, done, total),
  });
  input.terminal.progressEnd();
  for (const warning of report.warnings) input.terminal.note(formatProblem(warning));
  await writeIndex(report, {
    extraKeys: input.options['plainIndex'] !== true,
    stampFile: join(report.memory, 'index.json'),
  });
  return report;
}

function describe({ out, built, unchanged, failed, removed }: BuildReport): string {
  return [
    ...built.map(({ pluginId, version, filename }) => `built ${pluginId} ${version} (${filename})`),
    ...removed.map((name) => `removed ${name}`),
    ...failed.map(
      ({ family, target, problem }) => `FAILED ${family}${target ? `:${target}` : ''} ${formatProblem(problem)}`,
    ),
    `${built.length} built, ${unchanged.length} unchanged, ${failed.length} failed → ${out}`,
  ].join('\n');
}
