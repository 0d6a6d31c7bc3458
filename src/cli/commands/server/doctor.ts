import { resolve } from 'node:path';
import { formatProblem, LockstepError } from '../../../failure/index.ts';
import { system } from '../../../ports/index.ts';
import { examineRepository, examineSecurity, readConfig } from '../../../service/index.ts';
import { type CommandAction, type CommandInput, type CommandResult, textOption } from '../../command.ts';
import { counted } from '../../counted.ts';
import { withClient } from '../../with-client.ts';
import { describeTerms } from '../repository/describe-change.ts';

/** A server examines its own data, in a folder this process does; a repository is looked at from here. */
export const doctor: CommandAction = async (input) => {
  if (input.options['security'] === true) return doctorOfSecurity(input);
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

/** A server looks at itself; in a folder this process looks at what a server with this configuration would open. */
async function doctorOfSecurity(input: CommandInput): Promise<CommandResult> {
  const { where, env, cwd } = input;
  const file = textOption(input, 'config') ?? env['LOCKSTEP_CONFIG'];
  if (where.kind === 'server' && (file ?? textOption(input, 'repository')) !== undefined) {
    throw new LockstepError('usage', 'A server is asked about its own configuration and repository.', {
      hint: 'Leave out --config and --repository, or --server.',
    });
  }
  const found =
    where.kind === 'server'
      ? await withClient(input, ({ client }) => client.care.examineSecurity())
      : await examineSecurity({
          config: await readConfig({
            file: file === undefined ? null : resolve(cwd, file),
            env,
            flags: {
              data: where.data,
              database: where.database ?? undefined,
              repository: textOption(input, 'repository'),
            },
            cwd,
          }),
          now: system.clock.now(),
        });
  const { problems } = found;
  const lines = problems.length === 0 ? ['Nothing is open that should not be.'] : problems.map(formatProblem);
  const bad = problems.some(({ severity }) => severity === 'error');
  return { value: found, text: [`${found.data}:`, ...lines].join('\n'), exitCode: bad ? 1 : 0 };
}

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
