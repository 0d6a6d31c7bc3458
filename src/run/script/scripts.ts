import { Worker } from 'node:worker_threads';
import type { ScriptJob, ScriptLimits, ScriptResult } from './script-job.ts';

const defaultScriptLimits: ScriptLimits = {
  milliseconds: 10_000,
  memoryBytes: 64 * 1024 * 1024,
  printedBytes: 1024 * 1024,
};

/** Runs post-processing scripts and preconditions, each in an engine of its own, in threads apart from ours. */
export interface Scripts {
  /** Never rejects for what the script does: a script that throws, loops or eats memory is a result with `error`. */
  run(job: Omit<ScriptJob, 'limits'> & { readonly limits?: Partial<ScriptLimits> }): Promise<ScriptResult>;
  close(): Promise<void>;
}

/** Opens at most `threads` threads (default 2), at the first use of each. They do not keep the process alive. */
export function openScripts({ threads = 2 }: { readonly threads?: number } = {}): Scripts {
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const waiting: (() => void)[] = [];

  async function take(): Promise<Worker> {
    for (;;) {
      const worker = idle.pop();
      if (worker) return worker;
      if (all.size < threads) {
        const fresh = new Worker(new URL('./script-thread.ts', import.meta.url));
        fresh.unref();
        all.add(fresh);
        return fresh;
      }
      await new Promise<void>((ready) => waiting.push(ready));
    }
  }

  function give(worker: Worker, usable: boolean): void {
    if (usable) idle.push(worker);
    else {
      all.delete(worker);
      void worker.terminate();
    }
    waiting.shift()?.();
  }

  return {
    async run(job) {
      const limits = { ...defaultScriptLimits, ...job.limits };
      const worker = await take();
      worker.ref();
      const result = await perform(worker, { ...job, limits });
      worker.unref();
      give(worker, !result.spent);
      return result;
    },
    async close() {
      await Promise.all([...all].map((worker) => worker.terminate()));
      all.clear();
      idle.length = 0;
    },
  };
}

function perform(worker: Worker, job: ScriptJob): Promise<ScriptResult> {
  const failed = (error: string): ScriptResult => ({
    error,
    properties: job.properties,
    linesOfInterest: [],
    printed: '',
    holds: false,
    spent: true,
  });
  return new Promise((done) => {
    const settle = (result: ScriptResult): void => {
      clearTimeout(timer);
      worker.off('message', settle).off('error', onError).off('exit', onExit);
      done(result);
    };
    const onError = (error: Error): void => settle(failed(`The script's engine failed: ${error.message}`));
    const onExit = (): void => settle(failed("The script's engine ended unexpectedly."));
    // for what the engine itself does not notice
    const timer = setTimeout(
      () => settle(failed(`The script did not end within ${job.limits.milliseconds / 1000} seconds.`)),
      job.limits.milliseconds + 2000,
    );
    worker.on('message', settle).on('error', onError).on('exit', onExit);
    worker.postMessage(job);
  });
}
