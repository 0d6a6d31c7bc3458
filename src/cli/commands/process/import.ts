import { readFile } from 'node:fs/promises';
import { type ImportResult, importProcesses } from '../../../catalogue/index.ts';
import { formatProblem } from '../../../failure/index.ts';
import { readExport } from '../../../process/index.ts';
import { type CommandAction, listArgument } from '../../command.ts';
import { withData } from '../../data-folder.ts';

/** Imports export files; every file is read and judged before the first is stored. */
export const importFiles: CommandAction = async (input) => {
  const files = listArgument(input, 'files');
  const texts = await Promise.all(files.map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
  for (const { file, text } of texts) readExport(text, file);
  return withData(input, 'write', async ({ catalogue }) => {
    const results: ImportResult[] = [];
    for (const [index, one] of texts.entries()) {
      input.signal.throwIfAborted();
      results.push(await importProcesses(catalogue, one));
      input.terminal.progress('Importing', index + 1, texts.length);
    }
    input.terminal.progressEnd();
    const processes = results.flatMap((result) => result.processes);
    const unresolved = uniqueBy(
      results.flatMap((result) => result.unresolved),
      (use) => `${use.pluginName} ${use.version}`,
    );
    const problems = results.flatMap((result) => result.problems);
    for (const problem of problems) input.terminal.note(formatProblem(problem));
    const count = (outcome: string) => processes.filter((process) => process.outcome === outcome).length;
    const lines = [`${count('added')} added, ${count('changed')} changed, ${count('unchanged')} unchanged.`];
    for (const { pluginName, version, missing, processCount } of unresolved) {
      const what = missing === 'plugin' ? `the plugin "${pluginName}"` : `version ${version} of "${pluginName}"`;
      lines.push(
        `unresolved: ${processCount} ${processCount === 1 ? 'process uses' : 'processes use'} ${what}, which is not installed.`,
      );
    }
    return { value: { processes, unresolved, problems }, text: lines.join('\n') };
  });
};

function uniqueBy<T>(list: readonly T[], key: (one: T) => string): T[] {
  return [...new Map(list.map((one) => [key(one), one])).values()];
}
