import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LockstepError } from '../../../failure/index.ts';
import { readWritten, type WrittenFormat } from '../../../process/index.ts';
import { type CommandAction, listArgument, textOption } from '../../command.ts';
import { withClient } from '../../with-client.ts';

/** Prints the named processes, or all, as one document of the shape in which they were imported. */
export const exportNamed: CommandAction = (input) => {
  const names = listArgument(input, 'names');
  const all = input.options['all'] === true;
  if (all === names.length > 0) {
    throw new LockstepError('usage', 'Name the processes to export, or say --all.', { hint: 'See --help.' });
  }
  return withClient(input, async ({ client }) => {
    const out = textOption(input, 'out');
    const format = (textOption(input, 'format') as WrittenFormat | undefined) ?? formatOf(out) ?? 'as-imported';
    const exported = await client.processes.exportProcesses({ body: { ids: all ? null : names, format } });
    if (out === undefined) {
      const text = await exported.text();
      return { value: readWritten(text, 'the export').value, text };
    }
    const file = createWriteStream(resolve(input.cwd, out));
    await pipeline(exported, file);
    return { value: { file: out, bytes: file.bytesWritten }, text: `Written to ${out}.` };
  });
};

/** A file that is named so is written so. */
function formatOf(file: string | undefined): WrittenFormat | null {
  if (file === undefined) return null;
  if (/\.ya?ml$/i.test(file)) return 'yaml';
  return /\.json$/i.test(file) ? 'json' : null;
}
