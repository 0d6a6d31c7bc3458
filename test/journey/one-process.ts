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
type Place = Partial<Pick<Line, 'cwd' | 'env'>>;

export interface OneProcess {
  run(words: readonly string[], options?: Place): Promise<Said & Pick<CommandOutcome, 'json'>>;
  /** Like `run`, and fails the test with what was printed when the command did not end well. */
  succeed(words: readonly string[], options?: Place): Promise<Said & Pick<CommandOutcome, 'json'>>;
  close(): Promise<void>;
}

/** Many command lines in one process, where it matters what they do and not how they start: a start costs more than most acts. */
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
  async function run(words: readonly string[], { cwd = projectRoot, env = {} }: Place = {}) {
    const saying = last.then(() => ask({ words, cwd, env }));
    last = saying.catch(() => undefined);
    const said = await saying;
    return { ...said, json: <T>() => JSON.parse(said.stdout) as T };
  }
  return {
    run,
    async succeed(words, place) {
      const said = await run(words, place);
      if (said.code !== 0)
        throw new Error(`lockstep ${words.join(' ')} ended with ${said.code}\n${said.stdout}${said.stderr}`);
      return said;
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}
