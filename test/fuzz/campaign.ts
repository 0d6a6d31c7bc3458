import { Worker } from 'node:worker_threads';
import { largestInput } from './mutate.ts';
import type { Round, RoundReport } from './worker.ts';

/** An input that takes longer than this has no bound that anybody would wait for. */
const longest = 20_000;

/** Runs rounds in a thread of its own, which is ended where an input does not end or takes all memory. */
export class Campaign {
  private worker: Worker | null = null;
  private readonly shared = new SharedArrayBuffer(8 + 4 * largestInput);

  async run(round: Round): Promise<RoundReport> {
    const worker = this.worker ?? this.start();
    const state = new Int32Array(this.shared, 0, 2);
    return new Promise((done) => {
      let seen = -1;
      let since = Date.now();
      const end = (report: RoundReport) => {
        clearInterval(watch);
        worker.off('message', end);
        worker.off('error', stopped);
        done(report);
      };
      const stopped = (error: Error) => {
        this.worker = null;
        end({ runs: seen, fault: { what: `the thread ended: ${error.message}`, input: this.inputAtHand() } });
      };
      const watch = setInterval(() => {
        const count = Atomics.load(state, 0);
        if (count !== seen) {
          seen = count;
          since = Date.now();
        } else if (count > 0 && Date.now() - since > longest) {
          this.worker = null;
          const report = { what: `did not end within ${longest / 1000} s`, input: this.inputAtHand() };
          void worker.terminate().then(() => end({ runs: seen, fault: report }));
        }
      }, 250);
      worker.on('message', end);
      worker.on('error', stopped);
      worker.postMessage(round);
    });
  }

  async close(): Promise<void> {
    await this.worker?.terminate();
    this.worker = null;
  }

  private start(): Worker {
    this.worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { shared: this.shared },
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 1024 },
    });
    return this.worker;
  }

  private inputAtHand(): Uint8Array {
    const [, length = 0] = new Int32Array(this.shared, 0, 2);
    return Uint8Array.from(new Uint8Array(this.shared, 8, length));
  }
}
