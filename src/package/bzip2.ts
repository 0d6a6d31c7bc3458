import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Bzip2Outcome, compressBzip2, expandBzip2 } from './bzip2-codec.ts';

export type Bzip2Task =
  | { readonly verb: 'compress'; readonly input: Uint8Array }
  | { readonly verb: 'expand'; readonly input: Uint8Array; readonly cap: number };

interface Job {
  readonly task: Bzip2Task;
  readonly settle: (outcome: Bzip2Outcome) => void;
  readonly fail: (error: Error) => void;
}

// below these sizes a message to a thread costs more than it frees
const inlineCompress = 16 * 1024;
const inlineExpand = 8 * 1024;
const threads = Math.max(1, Math.min(availableParallelism(), 8));

const idle: Worker[] = [];
const waiting: Job[] = [];
let running = 0;

/** Runs a bzip2 task off this thread, several at a time; small ones on the spot. Idle threads do not keep the process alive. */
export async function runBzip2(task: Bzip2Task): Promise<Bzip2Outcome> {
  if (task.verb === 'compress' && task.input.length < inlineCompress) return compressBzip2(task.input);
  if (task.verb === 'expand' && task.input.length < inlineExpand) return expandBzip2(task.input, task.cap);
  return new Promise((settle, fail) => {
    waiting.push({ task, settle, fail });
    startNext();
  });
}

function startNext(): void {
  while (waiting.length > 0) {
    const worker = idle.pop() ?? (running < threads ? startWorker() : undefined);
    if (!worker) return;
    give(worker, waiting.shift()!);
  }
}

function startWorker(): Worker {
  running += 1;
  return new Worker(new URL('./bzip2-worker.ts', import.meta.url), { execArgv: [] });
}

function give(worker: Worker, job: Job): void {
  const done = () => {
    worker.off('message', onMessage);
    worker.off('error', onError);
  };
  const onMessage = (outcome: Bzip2Outcome) => {
    done();
    worker.unref();
    idle.push(worker);
    job.settle(outcome);
    startNext();
  };
  const onError = (error: Error) => {
    done();
    running -= 1;
    job.fail(error);
    startNext();
  };
  worker.on('message', onMessage);
  worker.on('error', onError);
  worker.ref();
  worker.postMessage(job.task);
}
