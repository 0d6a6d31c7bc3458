/** Worlds from seeds: `--seeds N` of them from `--seed S` on, on every core; one seed alone is shown, and made smaller where it fails. */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { shrink } from '../simulator/shrink.ts';
import { simulate } from '../simulator/simulate.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    seed: { type: 'string', default: '1' },
    every: { type: 'string', default: '1' },
  },
});
const first = Number(values.seed);
const count = Number(values.seeds ?? 1);
const every = Number(values.every);

interface Found {
  readonly seed: number;
  readonly violation: string;
}

/** This process's part; each fault is told as it is found. */
async function simulateAll(told: (found: Found) => void): Promise<number> {
  let steps = 0;
  for (let seed = first; seed < first + count; seed += every) {
    const outcome = await simulate(seed);
    steps += outcome.steps;
    if (outcome.violation !== null) told({ seed, violation: outcome.violation });
  }
  return steps;
}

interface Done {
  readonly steps: number;
  /** Of the processor. */
  readonly seconds: number;
}

async function onEveryCore(): Promise<Done & { found: Found[] }> {
  const cores = Math.min(availableParallelism(), count);
  const found: Found[] = [];
  let steps = 0;
  let seconds = 0;
  await Promise.all(
    Array.from({ length: cores }, (_, core) => {
      const part = ['--seed', String(first + core), '--seeds', String(count - core), '--every', String(cores)];
      const child = fork(fileURLToPath(import.meta.url), part);
      child.on('message', (message: Found | Done) => {
        if ('steps' in message) {
          steps += message.steps;
          seconds += message.seconds;
        } else {
          found.push(message);
          console.log(`${replay(message.seed)}\n  ${message.violation}`);
        }
      });
      return new Promise<void>((done, fail) => {
        child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`A part ended with ${code}.`))));
      });
    }),
  );
  return { found, steps, seconds };
}

function replay(seed: number): string {
  return `npm run simulate:servers -- --seed ${seed}`;
}

async function showOne(): Promise<boolean> {
  const outcome = await simulate(first);
  if (outcome.violation === null) {
    console.log(outcome.trace.join('\n'));
    console.log(`\nSeed ${first}: ${outcome.steps} steps, nothing wrong; digest ${outcome.digest}.`);
    return true;
  }
  const small = await shrink(outcome);
  console.log(small.trace.join('\n'));
  console.log(
    `\n${small.violation}\n(${small.trace.length} lines, from ${outcome.trace.length}, after ${small.replays} replays${small.isSmallest ? '; nothing more can be left out' : ''})\n${replay(first)}`,
  );
  return false;
}

if (process.send) {
  const steps = await simulateAll((found) => process.send!(found));
  const { user, system } = process.cpuUsage();
  process.send({ steps, seconds: (user + system) / 1e6 });
  process.disconnect();
} else if (count === 1) process.exitCode = (await showOne()) ? 0 : 1;
else {
  const began = performance.now();
  const { found, steps, seconds } = await onEveryCore();
  const took = ((performance.now() - began) / 1000).toFixed(0);
  console.log(
    `${count} seeds, ${steps} steps in ${took} s (${seconds.toFixed(0)} s of the processor): ${found.length} with a fault.`,
  );
  process.exitCode = found.length > 0 ? 1 : 0;
}
