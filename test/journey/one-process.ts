import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type CommandOutcome, projectRoot } from './lockstep.ts';

export interface Line {
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

type Said = Pick<CommandOutcome, 'code' | 'stdout' | 'stderr'>;

export interface OneProcess {
  run(words: readonly string[], options: { cwd: string; env?: Readonly<Record<string, string>> }): Promise<Said>;
  close(): Promise<void>;
}

/** Many command lines in one process, for refusals by the hundred: a start of the program costs more than what it says. */
export function oneProcess(): OneProcess {
  const child = fork(join(projectRoot, 'test/journey/line-runner.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { ...process.env, LOCKSTEP_USER: 'tester', NO_COLOR: '1' },
  });
  let last: Promise<unknown> = Promise.resolve();
  async function ask(line: Line): Promise<Said> {
    child.send(line);
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the process ended with ${code} at: lockstep ${line.words.join(' ')}`);
    });
    ended.catch(() => undefined);
    const [said] = await Promise.race([once(child, 'message'), ended]);
    return said as Said;
  }
  return {
    run(words, { cwd, env = {} }) {
      const said = last.then(() => ask({ words, cwd, env }));
      last = said.catch(() => undefined);
      return said;
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}
