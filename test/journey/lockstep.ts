import { type ChildProcess, spawn } from 'node:child_process';
import { program, projectRoot } from './program.ts';

export { projectRoot };

export interface CommandOutcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout read as JSON. */
  json<T>(): T;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs one real command line of Lockstep in a process of its own, as a person or a script would. */
export async function lockstep(parameters: readonly string[], options: CommandOptions = {}): Promise<CommandOutcome> {
  return outcomeOf(startLockstep(parameters, options), options.input);
}

export function startLockstep(parameters: readonly string[], { cwd, env = {} }: CommandOptions = {}): ChildProcess {
  return spawn(process.execPath, [program, ...parameters], {
    cwd: cwd ?? projectRoot,
    env: { ...process.env, LOCKSTEP_USER: 'tester', NO_COLOR: '1', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

export function outcomeOf(child: ChildProcess, input = ''): Promise<CommandOutcome> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (piece: Buffer) => out.push(piece));
  child.stderr?.on('data', (piece: Buffer) => err.push(piece));
  child.stdin?.end(input);
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => {
      const stdout = Buffer.concat(out).toString();
      done({
        code,
        signal,
        stdout,
        stderr: Buffer.concat(err).toString(),
        json: <T>() => JSON.parse(stdout) as T,
      });
    });
  });
}

/** Like `lockstep`, and fails the test with what was printed when the command did not end well. */
export async function succeed(parameters: readonly string[], options: CommandOptions = {}): Promise<CommandOutcome> {
  const outcome = await lockstep(parameters, options);
  if (outcome.code !== 0) {
    throw new Error(`lockstep ${parameters.join(' ')} ended with ${outcome.code}\n${outcome.stdout}${outcome.stderr}`);
  }
  return outcome;
}
