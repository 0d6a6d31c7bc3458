import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LockstepError } from '../../../failure/index.ts';
import type { CommandAction } from '../../command.ts';
import { completionScript, type ShellName } from '../../shell-completion.ts';

const shells: readonly ShellName[] = ['bash', 'zsh', 'fish'];

/** Prints a shell's completion, or puts it where that shell looks for it. */
export const completion: CommandAction = async ({ args, options, env, commands = [] }) => {
  const word = typeof args['shell'] === 'string' ? args['shell'] : basename(env['SHELL'] ?? '');
  const shell = shells.find((name) => name === word);
  if (!shell) {
    throw new LockstepError('usage', word === '' ? 'Which shell?' : `There is no completion for "${word}".`, {
      hint: 'Say bash, zsh or fish.',
    });
  }
  const script = completionScript(shell, commands);
  if (options['install'] !== true) return { value: { shell, script }, text: script };
  const { file, told } = await install(shell, script, env);
  return { value: { shell, file }, text: `${file} is written.\n→ ${told}` };
};

async function install(shell: ShellName, script: string, env: NodeJS.ProcessEnv) {
  const home = env['HOME'];
  if (!home) {
    throw new LockstepError('usage', 'HOME is not set, so nobody knows where your shell looks.', {
      hint: 'Print the completion without --install, and put it where your shell finds it.',
    });
  }
  const data = env['XDG_DATA_HOME'] || join(home, '.local/share');
  const config = env['XDG_CONFIG_HOME'] || join(home, '.config');
  const file = {
    bash: join(data, 'bash-completion/completions/lockstep'),
    zsh: join(data, 'zsh/site-functions/_lockstep'),
    fish: join(config, 'fish/completions/lockstep.fish'),
  }[shell];
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, script);
  if (shell !== 'zsh') return { file, told: 'Open a new shell.' };
  // zsh looks in no folder of a person's by itself
  const start = join(env['ZDOTDIR'] || home, '.zshrc');
  const line = `fpath=("${dirname(file)}" $fpath); autoload -Uz compinit; compinit`;
  const before = await readFile(start, 'utf8').catch(() => '');
  if (!before.includes(dirname(file))) await writeFile(start, `${before.replace(/(?<!^)\n*$/, '\n')}${line}\n`);
  return { file, told: `Open a new shell; ${start} names the folder.` };
}
