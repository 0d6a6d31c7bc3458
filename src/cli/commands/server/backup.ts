import { resolve } from 'node:path';
import { backUp, keyWords } from '../../../service/index.ts';
import { type CommandAction, textArgument } from '../../command.ts';
import { counted } from '../../counted.ts';
import { dataOf } from '../../data-of.ts';

export const backup: CommandAction = async (input) => {
  const { cwd, terminal, signal } = input;
  const report = await backUp(
    { ...dataOf(input), file: resolve(cwd, textArgument(input, 'file')) },
    { signal, onProgress: (label, done, total) => terminal.progress(label, done, total) },
  );
  return {
    value: report,
    text: `${report.file}: ${counted(report.files, 'file')}, ${report.bytes} bytes.${keyWords(report.key)}`,
  };
};
