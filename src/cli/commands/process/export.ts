import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { exportProcesses } from '../../../catalogue/index.ts';
import { LockstepError } from '../../../failure/index.ts';
import { parseTrustedJson } from '../../../process/index.ts';
import { type CommandAction, listArgument, textOption } from '../../command.ts';
import { withData } from '../../data-folder.ts';

/** Prints the named processes, or all, as one JSON document of the shape in which they were imported. */
export const exportNamed: CommandAction = (input) => {
  const names = listArgument(input, 'names');
  const all = input.options['all'] === true;
  if (all === names.length > 0) {
    throw new LockstepError('usage', 'Name the processes to export, or say --all.', { hint: 'See --help.' });
  }
  return withData(input, 'read', async ({ catalogue }) => {
    const text = await exportProcesses(catalogue, all ? {} : { processes: names });
    const out = textOption(input, 'out');
    if (out === undefined) return { value: parseTrustedJson(text), text };
    await writeFile(resolve(input.cwd, out), text);
    return { value: { file: out, bytes: Buffer.byteLength(text) }, text: `Written to ${out}.` };
  });
};
