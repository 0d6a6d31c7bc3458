import { Worker } from 'node:worker_threads';
import type { FromThread, ScriptJob, ScriptLimits, ScriptResult } from './script-job.ts';

const defaultScriptLimits: ScriptLimits = {
  milliseconds: 10_000,
  memoryBytes: 64 * 1024 * 1024,
  printedBytes: 1024 * 1024,
};

/** Runs post-processing scripts and preconditions, each in an engine of its own, in threads apart from ours. */
export interface Scripts {
  /** Never rejects for what the script does: a script that throws, loops or eats memory is a result with `error`. */
  run(job: Omit<ScriptJob, 'limits'> & { readonly limits?: Partial<ScriptLimits> }): Promise<ScriptResult>;
  /** Starts the first thread where there is none, so that a script which comes soon need not wait for it. */
  prepare(): void;
  close(): Promise<void>;
}

/** Opens at most `threads` threads (default 2), at the first use of each. They do not keep the process alive. */
export function openScripts({ threads = 2 }: { readonly threads?: number } = {}): Scripts {
  const ready: Worker[] = [];
  const all = new Set<Worker>();
  const waiting: ((worker: Worker | Error) => void)[] = [];

  function start(): void {
    const worker = new Worker(new URL('./script-thread.ts', import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    let proven = false;
    all.add(worker);
    worker.unref();
    worker.on('message', (message: FromThread) => {
      if (message !== 'ready') return;
      proven = true;
      const next = waiting.shift();
      if (next) next(worker);
      else ready.push(worker);
    });
    worker.on('error', (error) => {
      // an engine that cannot even be made would not be made the next time either
      if (!proven) for (const give of waiting.splice(0)) give(error);
    });
    worker.on('exit', () => drop(worker));
  }

  /** A thread that is of no use any more; another one does what waits for it. */
  function drop(worker: Worker): void {
    if (!all.delete(worker)) return;
    if (ready.includes(worker)) ready.splice(ready.indexOf(worker), 1);
    void worker.terminate();
    if (waiting.length > 0) start();
  }

  function take(): Promise<Worker> {
    const worker = ready.pop();
    if (worker) return Promise.resolve(worker);
    if (all.size < threads) start();
    return new Promise((given, failed) => {
      // threads do not keep the process alive, but who waits for one does
      const alive = setInterval(() => {}, 1 << 30);
      waiting.push((one) => {
        clearInterval(alive);
        if (one instanceof Worker) given(one);
        else failed(one);
      });
    });
  }

  return {
    async run(job) {
      const limits = { ...defaultScriptLimits, ...job.limits };
      let worker: Worker;
      try {
        worker = await take();
      } catch (thrown) {
        return failure(job, `The script's engine failed: ${(thrown as Error).message}`);
      }
      worker.ref();
      const result = await perform(worker, { ...job, limits });
      worker.unref();
      if (result.spent) drop(worker);
      return result;
    },
    prepare() {
      if (all.size === 0) start();
    },
    async close() {
      const closing = [...all];
      all.clear();
      ready.length = 0;
      await Promise.all(closing.map((worker) => worker.terminate()));
    },
  };
}

function failure({ properties }: Pick<ScriptJob, 'properties'>, error: string): ScriptResult {
  return { error, properties, linesOfInterest: [], printed: '', holds: false, spent: true };
}

function perform(worker: Worker, job: ScriptJob): Promise<ScriptResult> {
  const failed = (error: string): ScriptResult => failure(job, error);
  return new Promise((done) => {
    const settle = (result: ScriptResult): void => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      done(result);
    };
    const onMessage = (message: FromThread): void => void (message !== 'ready' && settle(message));
    const onError = (error: Error): void => settle(failed(`The script's engine failed: ${error.message}`));
    const onExit = (): void => settle(failed("The script's engine ended unexpectedly."));
    // for what the engine itself does not notice
    const timer = setTimeout(
      () => settle(failed(`The script did not end within ${job.limits.milliseconds / 1000} seconds.`)),
      job.limits.milliseconds + 2000,
    );
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(job);
  });
}
