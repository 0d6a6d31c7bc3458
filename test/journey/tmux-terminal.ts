import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { onTestFinished, vi } from 'vitest';
import { program } from './program.ts';

const run = promisify(execFile);

/** Whether this machine has tmux; what needs it is skipped elsewhere. */
export const hasTmux = spawnSync('tmux', ['-V']).status === 0;

/** A real terminal: keys go in, the screen is read. */
export interface TmuxTerminal {
  type(...keys: string[]): Promise<unknown>;
  /** The screen, as soon as it shows this. */
  shows(text: string | RegExp): Promise<string>;
}

/** Opens a terminal with a command of Lockstep in it, its words already quoted for a shell; `left N` is its exit code. */
export async function lockstepInTerminal(words: string, folder: string): Promise<TmuxTerminal> {
  let screen = '';
  const socket = `lockstep-${randomUUID()}`;
  const tmux = (...given: string[]) => run('tmux', ['-L', socket, '-f', '/dev/null', ...given]);
  const command = `XDG_STATE_HOME='${folder}' NO_COLOR=1 '${process.execPath}' '${program}' ${words}; echo left $?; read end`;
  await tmux('new-session', '-d', '-x', '110', '-y', '40', '-s', 'a', command);
  onTestFinished(async () => {
    await tmux('kill-server').catch(() => {});
  });
  return {
    type: (...keys) => tmux('send-keys', '-t', 'a', ...keys),
    shows: (text) =>
      vi
        .waitUntil(
          async () => {
            const { stdout } = await tmux('capture-pane', '-p', '-t', 'a');
            screen = stdout;
            return (typeof text === 'string' ? stdout.includes(text) : text.test(stdout)) && stdout;
          },
          { timeout: 60_000, interval: 100 },
        )
        .catch(() => {
          throw new Error(`${text} is not on the screen:\n${screen.trimEnd()}`);
        }),
  };
}
