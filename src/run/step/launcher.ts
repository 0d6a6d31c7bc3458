import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { killLeftover } from './child-process.ts';
import type { LaunchAnswer, LaunchEnd, LaunchJob, LaunchRequest } from './launch-job.ts';

/** Starts the commands of steps from a small process of its own: from a large one, each start would cost much more. */
export interface Launcher {
  /** Runs a command to its end; never rejects. Aborting ends its whole process group. */
  run(job: LaunchJob, signal: AbortSignal): Promise<{ readonly end: LaunchEnd; readonly logBytes: number }>;
  /** Ends the launcher; steps that still run are ended with it. */
  close(): void;
}

interface Pending {
  readonly job: LaunchJob;
  readonly settle: (answer: Omit<LaunchAnswer, 'id'>) => void;
}

/** Opens a launcher. Its process starts at once, and again should it ever die; it does not keep ours alive. */
export function openLauncher(): Launcher {
  let current: ChildProcess | null = null;
  let closed = false;
  let count = 0;
  const pending = new Map<number, Pending>();

  function launcher(): ChildProcess {
    if (current) return current;
    const child = fork(new URL('./launcher-process.ts', import.meta.url), {
      // in a group of its own: what ends our group leaves it the time to end the steps
      detached: true,
      env: {},
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (answer: LaunchAnswer) => pending.get(answer.id)?.settle(answer));
    const gone = (why: unknown): void => {
      if (current !== child) return;
      current = null;
      for (const { job, settle } of pending.values()) {
        killStarted(job);
        const message = `the process that starts commands ended (${why})`;
        settle({ end: { kind: 'broken', message }, logBytes: 0 });
      }
    };
    child.on('error', gone);
    child.on('exit', (code, signal) => gone(signal ?? code));
    child.unref();
    child.channel?.unref();
    current = child;
    return child;
  }

  function send(request: LaunchRequest): void {
    // whoever is gone is told by its exit
    launcher().send(request, () => {});
  }

  launcher();
  return {
    run(job, signal) {
      if (signal.aborted || closed) return Promise.resolve({ end: { kind: 'cancelled' }, logBytes: 0 });
      const id = ++count;
      return new Promise((done) => {
        const cancel = (): void => void (pending.has(id) && send({ type: 'cancel', id }));
        pending.set(id, {
          job,
          settle({ end, logBytes }) {
            pending.delete(id);
            signal.removeEventListener('abort', cancel);
            if (pending.size === 0) current?.channel?.unref();
            done({ end, logBytes });
          },
        });
        signal.addEventListener('abort', cancel, { once: true });
        launcher().channel?.ref();
        send({ type: 'launch', id, job });
      });
    },
    close() {
      closed = true;
      if (current?.connected) current.disconnect();
    },
  };
}

function killStarted({ processFile }: LaunchJob): void {
  try {
    killLeftover(JSON.parse(readFileSync(processFile, 'utf8')));
  } catch {
    // it had not begun
  }
}
