import { getCompileCacheDir } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LockstepError } from '../../failure/index.ts';
import type { PackOutcome } from './pack-outcome.ts';
import type { PackJob } from './pack-target.ts';

/** What a helping thread is given: every job, and the shared number of the next one that nobody has taken. */
export interface PackShare {
  readonly jobs: readonly PackJob[];
  readonly next: SharedArrayBuffer;
}

/** What it answers, once for each job that it took, and `null` when there is none left. */
export type PackAnswer = readonly [job: number, outcome: PackOutcome] | null;

export interface Packers {
  /** Packs every job, here and on the other threads; tells each outcome as it is known. */
  readonly pack: (jobs: readonly PackJob[], onDone: (job: PackJob, outcome: PackOutcome) => void) => Promise<void>;
  readonly end: () => void;
}

export interface PackerOptions {
  /** There will be much to do: start the threads at once. */
  readonly soon: boolean;
  readonly signal?: AbortSignal | undefined;
}

// a thread takes as long to start as packing so much takes
const worthAThread = 1_500_000;

/**
 * Threads that pack. The calling thread is one of them: it takes jobs like the others, and lets their answers in between
 * two. The largest jobs go first, so that no thread is left alone with one at the end.
 */
export function preparePackers({ soon, signal }: PackerOptions): Packers {
  const helpers = Math.min(availableParallelism(), 8) - 1;
  const workers: Worker[] = [];
  const start = (count: number): void => {
    while (workers.length < Math.min(count, helpers)) workers.push(startWorker());
  };
  if (soon) start(helpers);
  return {
    pack: async (unsorted, onDone) => {
      if (unsorted.length === 0) return;
      const jobs = unsorted.toSorted((a, b) => b.size - a.size);
      start(Math.floor(jobs.reduce((sum, { size }) => sum + size, 0) / worthAThread));
      const next = new SharedArrayBuffer(4);
      const others = Promise.all(workers.map((worker) => help(worker, { jobs, next }, onDone)));
      // whatever goes wrong there is thrown below, not before
      others.catch(() => undefined);
      try {
        const [{ outcomeOf }, { packTarget }] = await Promise.all([
          import('./pack-outcome.ts'),
          import('./pack-target.ts'),
        ]);
        for (let job = jobs[take(next)]; job; job = jobs[take(next)]) {
          signal?.throwIfAborted();
          onDone(
            job,
            outcomeOf(() => packTarget(job as PackJob)),
          );
          await new Promise<void>((resolve) => setImmediate(resolve));
        }
      } finally {
        Atomics.store(new Int32Array(next), 0, jobs.length);
        await others;
      }
    },
    end: () => {
      for (const worker of workers) void worker.terminate();
    },
  };
}

/** The number of the next job that nobody has taken. */
export function take(next: SharedArrayBuffer): number {
  return Atomics.add(new Int32Array(next), 0, 1);
}

function startWorker(): Worker {
  const cache = getCompileCacheDir();
  // a thread has no cache of compiled code unless it is told where; without one it compiles TypeScript at every start
  const env = cache ? { ...process.env, NODE_COMPILE_CACHE: dirname(cache) } : process.env;
  const worker = new Worker(new URL('./pack-worker.ts', import.meta.url), { execArgv: [], env });
  worker.unref();
  return worker;
}

function help(worker: Worker, share: PackShare, onDone: (job: PackJob, outcome: PackOutcome) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.ref();
    worker.on('message', (answer: PackAnswer) => {
      if (answer) onDone(share.jobs[answer[0]]!, answer[1]);
      else resolve();
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new LockstepError('internal', 'A thread that packs has ended too early.')));
    worker.postMessage(share);
  });
}
