import { resolve } from 'node:path';
import { restoreBackup } from '../../../service/index.ts';
import type { CommandAction } from '../../command.ts';
import { counted } from '../../counted.ts';

export const restore: CommandAction = async ({ args, cwd, data, database, terminal, signal }) => {
  const report = await restoreBackup(
    { file: resolve(cwd, String(args['file'])), data, database },
    { signal, onProgress: (done) => terminal.progress('files', done, null) },
  );
  return {
    value: report,
    text: `${report.data} is as it was at ${report.createdAt} (${counted(report.files, 'file')}).`,
  };
};
