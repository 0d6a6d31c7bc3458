import { LockstepError } from '../../../failure/index.ts';
import type { CommandAction } from '../../command.ts';
import { completionScript, type ShellName } from '../../shell-completion.ts';

export const completion: CommandAction = async ({ args, commands = [] }) => {
  const shell = String(args['shell']);
  if (shell !== 'bash' && shell !== 'zsh' && shell !== 'fish') {
    throw new LockstepError('usage', `There is no completion for "${shell}".`, { hint: 'Say bash, zsh or fish.' });
  }
  const script = completionScript(shell satisfies ShellName, commands);
  return { value: { shell, script }, text: script };
};
