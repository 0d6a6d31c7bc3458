import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll } from 'vitest';
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
}

/**
 * Many command lines of one test file in one process, one after the other, where it matters what they do and not how they
 * start: a start costs more than most acts.
 */
export function oneProcess(): OneProcess {
  let child: ChildProcess | undefined;
  let ended: Promise<never> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let words: readonly string[] = [];
  afterAll(async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, 'exit');
  });
  function start(): ChildProcess {
    const started = fork(join(projectRoot, 'test/journey/line-runner.ts'), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: { ...process.env, LOCKSTEP_USER: 'tester', NO_COLOR: '1' },
    });
    ended = once(started, 'exit').then(([code]) => {
      throw new Error(`the process ended with ${code} at: lockstep ${words.join(' ')}`);
    });
    ended.catch(() => undefined);
    return started;
  }
  async function ask(line: Line): Promise<Said> {
    child ??= start();
    words = line.words;
    const said = new Promise<Said>((done) => child!.once('message', (message) => done(message as Said)));
    child.send(line);
    return Promise.race([said, ended!]);
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
  };
}
