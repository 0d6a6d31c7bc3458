import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { system } from '../../ports/index.ts';

export interface ChildOptions {
  readonly words: readonly [string, ...string[]];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onOutput: (bytes: Buffer) => void;
  /** Aborting ends the whole process group: SIGTERM, and SIGKILL after the grace. */
  readonly signal: AbortSignal;
  readonly timeLimitSeconds: number | null;
  readonly graceMilliseconds: number;
  readonly onStarted?: (pid: number) => void;
}

export type ChildEnd =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'cancelled' | 'timed-out' }
  | { readonly kind: 'not-started'; readonly code: string };

/** Runs a program in a process group of its own until it ends; never rejects. */
export function runChild(options: ChildOptions): Promise<ChildEnd> {
  const { words, signal, graceMilliseconds, timeLimitSeconds } = options;
  return new Promise((done) => {
    if (signal.aborted) return done({ kind: 'cancelled' });
    const [program, ...args] = words;
    let child: ChildProcess;
    try {
      child = spawn(program, args, {
        cwd: options.cwd,
        env: options.environment,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    } catch (thrown) {
      return done({ kind: 'not-started', code: (thrown as NodeJS.ErrnoException).code ?? String(thrown) });
    }
    let stopped: 'cancelled' | 'timed-out' | null = null;
    let exit: { code: number | null; signal: NodeJS.Signals | null } | null = null;
    const timers = new Set<() => void>();
    const after = (milliseconds: number, action: () => void): void => {
      timers.add(system.clock.after(milliseconds, action));
    };

    const stop = (why: 'cancelled' | 'timed-out'): void => {
      if (stopped) return;
      stopped = why;
      signalGroup(child.pid, 'SIGTERM');
      after(graceMilliseconds, () => signalGroup(child.pid, 'SIGKILL'));
    };
    const onAbort = (): void => stop('cancelled');
    signal.addEventListener('abort', onAbort, { once: true });
    if (timeLimitSeconds !== null) after(timeLimitSeconds * 1000, () => stop('timed-out'));

    const settle = (end: ChildEnd): void => {
      for (const callOff of timers) callOff();
      signal.removeEventListener('abort', onAbort);
      // what the step left running after a stop goes with it
      if (stopped) signalGroup(child.pid, 'SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
      done(end);
    };
    const finish = (): void =>
      settle(
        stopped ? { kind: stopped } : { kind: 'exited', exitCode: exit!.code ?? 128 + signalNumber(exit!.signal) },
      );

    child.stdout!.on('data', options.onOutput);
    child.stderr!.on('data', options.onOutput);
    child.on('spawn', () => options.onStarted?.(child.pid!));
    child.on('error', (error) => {
      if (child.pid === undefined) settle({ kind: 'not-started', code: (error as NodeJS.ErrnoException).code ?? '' });
    });
    child.on('exit', (code, by) => {
      exit = { code, signal: by };
      // a daemon that the step leaves behind may hold the pipes open for ever
      after(2000, finish);
    });
    child.on('close', () => exit && finish());
  });
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // nothing of the group is left
  }
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 }[signal as string] ?? 0;
}

/** What tells a process from a later one with the same number; null where the system does not tell. */
export function processMark(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/** Ends what an agent that died left running, if it is still the same process. */
export function killLeftover({ pid, mark }: { readonly pid: number; readonly mark: string | null }): boolean {
  if (mark === null || processMark(pid) !== mark) return false;
  signalGroup(pid, 'SIGKILL');
  return true;
}
