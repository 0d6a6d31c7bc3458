import { resolve } from 'node:path';
import { backUp } from '../../../service/index.ts';
import type { CommandAction } from '../../command.ts';
import { counted } from '../../counted.ts';

export const backup: CommandAction = async ({ args, cwd, data, database, terminal, signal }) => {
  const report = await backUp(
    { data, database, file: resolve(cwd, String(args['file'])) },
    { signal, onProgress: (label, done, total) => terminal.progress(label, done, total) },
  );
  return { value: report, text: `${report.file}: ${counted(report.files, 'file')}, ${report.bytes} bytes.` };
};
