import { formatProblem } from '../../../failure/index.ts';
import { examineData, examineRepository } from '../../../service/index.ts';
import { type CommandAction, textOption } from '../../command.ts';
import { describeTerms } from '../repository/describe-change.ts';

export const doctor: CommandAction = async (input) => {
  const { data, database, terminal, env, cwd } = input;
  const address = textOption(input, 'repository') ?? env['LOCKSTEP_SERVED_REPOSITORY'];
  const repository = address === undefined ? null : await examineRepository(address, { cwd });
  const found = await examineData(
    { data, database },
    { onProgress: (label, done, total) => terminal.progress(label, done, total) },
  );
  const head = `${found.data}: ${found.plugins} plugins, ${found.processes} processes.`;
  const problems = [...found.problems, ...(repository?.problems ?? [])];
  const lines = problems.length === 0 ? ['Nothing is wrong.'] : problems.map(formatProblem);
  const bad = problems.some(({ severity }) => severity === 'error');
  const value = repository ? { ...found, problems, repository } : found;
  const signed = repository ? [`${repository.repository}: ${describeTerms(repository.terms)}`] : [];
  return { value, text: [head, ...signed, ...lines].join('\n'), exitCode: bad ? 1 : 0 };
};
