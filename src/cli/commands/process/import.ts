import { readFile } from 'node:fs/promises';
import { formatProblem } from '../../../failure/index.ts';
import { readExport } from '../../../process/index.ts';
import { type CommandAction, listArgument, textOption } from '../../command.ts';
import { counted } from '../../counted.ts';
import { withClient } from '../../with-client.ts';

/** Files of one request. */
const together = 100;

/** Imports export files; every file is read and judged before the first is stored. */
export const importFiles: CommandAction = async (input) => {
  const names = listArgument(input, 'files');
  const files = await Promise.all(names.map(async (name) => ({ name, bytes: await readFile(name) })));
  for (const { name, bytes } of files) readExport(bytes.toString('utf8'), name);
  return withClient(input, async ({ client }) => {
    const value: Awaited<ReturnType<typeof client.processes.importProcesses>> = {
      created: [],
      changed: [],
      unchanged: 0,
      unresolved: [],
      problems: [],
    };
    for (let start = 0; start < files.length; start += together) {
      input.signal.throwIfAborted();
      const part = await client.processes.importProcesses({
        files: files.slice(start, start + together),
        fields: { why: textOption(input, 'why') },
      });
      value.created.push(...part.created);
      value.changed.push(...part.changed);
      value.unchanged += part.unchanged;
      value.unresolved.push(...part.unresolved);
      value.problems.push(...part.problems);
      input.terminal.progress('Importing', Math.min(start + together, files.length), files.length);
    }
    input.terminal.progressEnd();
    for (const problem of value.problems) input.terminal.note(formatProblem(problem));
    const lines = [
      `${value.created.length} added, ${value.changed.length} changed, ${value.unchanged} unchanged.`,
      ...describeUnresolved(value.unresolved),
    ];
    return { value, text: lines.join('\n') };
  });
};

interface Unresolved {
  readonly name: string;
  readonly pluginName: string;
  readonly pluginVersion: number;
  readonly missing: 'plugin' | 'version';
}

function describeUnresolved(uses: readonly Unresolved[]): string[] {
  const groups = Map.groupBy(uses, ({ pluginName, pluginVersion, missing }) =>
    missing === 'plugin' ? `the plugin "${pluginName}"` : `version ${pluginVersion} of "${pluginName}"`,
  );
  return [...groups].map(([what, some]) => {
    const count = new Set(some.map(({ name }) => name)).size;
    return `unresolved: ${counted(count, 'process uses', 'processes use')} ${what}, which is not installed.`;
  });
}
