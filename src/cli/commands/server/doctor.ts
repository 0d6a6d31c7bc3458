import { formatProblem } from '../../../failure/index.ts';
import { examineData } from '../../../service/index.ts';
import type { CommandAction } from '../../command.ts';

export const doctor: CommandAction = async ({ data, database, terminal }) => {
  const found = await examineData(
    { data, database },
    { onProgress: (label, done, total) => terminal.progress(label, done, total) },
  );
  const head = `${found.data}: ${found.plugins} plugins, ${found.processes} processes.`;
  const lines = found.problems.length === 0 ? ['Nothing is wrong.'] : found.problems.map(formatProblem);
  const bad = found.problems.some(({ severity }) => severity === 'error');
  return { value: found, text: [head, ...lines].join('\n'), exitCode: bad ? 1 : 0 };
};
