import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { judge } from './judge.ts';
import { mutated } from './mutate.ts';
import { readSeeds } from './seeds.ts';
import { targets } from './targets.ts';

export interface Round {
  readonly target: string;
  readonly milliseconds: number;
  readonly seed: number;
}

export interface RoundReport {
  readonly runs: number;
  readonly fault: { readonly what: string; readonly input: Uint8Array } | null;
}

/** The input at hand, where the watching thread can read it while this one is stuck: count, length, bytes. */
const { shared } = workerData as { shared: SharedArrayBuffer };
const state = new Int32Array(shared, 0, 2);
const bytes = new Uint8Array(shared, 8);

parentPort?.on('message', async (round: Round) => parentPort?.postMessage(await run(round)));

async function run({ target: name, milliseconds, seed }: Round): Promise<RoundReport> {
  const target = targets.find((one) => one.name === name)!;
  const seeds = readSeeds(name);
  let runs = 0;
  const tryOne = async (input: Uint8Array): Promise<string | null> => {
    runs += 1;
    const shaped = (await target.shape?.(input)) ?? input;
    bytes.set(shaped.subarray(0, bytes.length));
    state[1] = Math.min(shaped.length, bytes.length);
    Atomics.add(state, 0, 1);
    const what = await judge(target, shaped);
    return what;
  };
  for (const { file, bytes: input } of seeds) {
    const what = await tryOne(input);
    if (what !== null) return { runs, fault: { what: `${file}: ${what}`, input } };
  }
  let what = '';
  const property = fc.asyncProperty(
    mutated(
      seeds.map(({ bytes: input }) => input),
      target.words,
    ),
    async (input) => {
      const broken = await tryOne(input);
      if (broken !== null) what = broken;
      return broken === null;
    },
  );
  const outcome = await fc.check(property, {
    seed,
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: milliseconds,
    markInterruptAsFailure: false,
  });
  Atomics.store(state, 0, 0);
  const [input] = outcome.counterexample ?? [];
  return { runs, fault: outcome.failed && input ? { what, input } : null };
}
