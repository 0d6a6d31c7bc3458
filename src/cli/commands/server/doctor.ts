import { formatProblem, LockstepError } from '../../../failure/index.ts';
import { examineRepository } from '../../../service/index.ts';
import { type CommandAction, type CommandInput, textOption } from '../../command.ts';
import { counted } from '../../counted.ts';
import { withClient } from '../../with-client.ts';
import { describeTerms } from '../repository/describe-change.ts';

/** A server examines its own data, in a folder this process does; a repository is looked at from here. */
export const doctor: CommandAction = async (input) => {
  const repository = await repositoryOf(input);
  const found = await withClient(input, ({ client }) => client.care.examine());
  const head = `${found.data}: ${counted(found.plugins, 'plugin')}, ${counted(found.processes, 'process', 'processes')}.`;
  const problems = [...found.problems, ...(repository?.problems ?? [])];
  const lines = problems.length === 0 ? ['Nothing is wrong.'] : problems.map(formatProblem);
  const bad = problems.some(({ severity }) => severity === 'error');
  const value = repository ? { ...found, problems, repository } : found;
  const signed = repository ? [`${repository.repository}: ${describeTerms(repository.terms)}`] : [];
  return { value, text: [head, ...signed, ...lines].join('\n'), exitCode: bad ? 1 : 0 };
};

async function repositoryOf(input: CommandInput) {
  const { env, cwd, where } = input;
  const named = textOption(input, 'repository');
  if (where.kind === 'server' && named !== undefined) {
    throw new LockstepError('usage', 'A server is asked about its data; its repository is looked at from here.', {
      hint: 'Leave out --repository, or --server.',
    });
  }
  const address = named ?? (where.kind === 'data' ? env['LOCKSTEP_SERVED_REPOSITORY'] : undefined);
  return address === undefined ? null : examineRepository(address, { cwd });
}
