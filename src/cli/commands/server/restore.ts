import { resolve } from 'node:path';
import { keyWords, restoreBackup } from '../../../service/index.ts';
import { type CommandAction, textArgument } from '../../command.ts';
import { counted } from '../../counted.ts';
import { dataOf } from '../../data-of.ts';

export const restore: CommandAction = async (input) => {
  const { cwd, terminal, signal } = input;
  const report = await restoreBackup(
    { ...dataOf(input), file: resolve(cwd, textArgument(input, 'file')) },
    { signal, onProgress: (done) => terminal.progress('files', done, null) },
  );
  return {
    value: report,
    text: `${report.data} is as it was at ${report.createdAt} (${counted(report.files, 'file')}).${keyWords(report.key)}`,
  };
};
