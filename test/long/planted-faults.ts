/**
 * How many of the planted faults the simulator finds, and with which seed, of the `--seeds N` first of the world that each is in:
 * `npm run simulate:planted`. `--faults 0,4,7` takes these alone, by their places. `--only N` looks for one, and with
 * `--shrink TRIES` shows it in fewer steps. With `--kills SECONDS` the kill tests of each world look for the same fault afterwards,
 * for as long as the simulator took, at least for so long, and at least once.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { plantedFaults } from '../simulator/planted-faults.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    faults: { type: 'string' },
    only: { type: 'string' },
    shrink: { type: 'string' },
    kills: { type: 'string' },
  },
});
/** By world: what kills real processes there, small enough that each comes to its verdict some times. */
const killTests: readonly (readonly (readonly [string, ...string[]])[])[] = [
  [
    ['chaos-apply.ts', '1000', '5'],
    ['chaos-servers.ts', 'everything'],
  ],
  [['chaos-repository.ts', '10']],
  [['chaos-runs.ts', '8', '6']],
  [['chaos-servers.ts', 'cut']],
];
/** Seconds for one kill test. */
const longest = 240;
const plant = fileURLToPath(new URL('../simulator/plant.ts', import.meta.url));

if (values.only !== undefined) {
  const { sceneCount, simulate } = await import('../simulator/simulate.ts');
  const { shrink } = await import('../simulator/shrink.ts');
  const world = plantedFaults[Number(values.only)]!.world;
  for (let seed = world || sceneCount; seed <= sceneCount * Number(values.seeds); seed += sceneCount) {
    const outcome = await simulate(seed);
    if (outcome.violation === null) continue;
    if (values.shrink !== undefined) {
      const small = await shrink(outcome, { tries: Number(values.shrink) });
      const all = small.isSmallest ? '; nothing can be left out' : '';
      console.log(
        `${small.trace.join('\n')}\n${small.trace.length} lines of ${outcome.trace.length}, ${small.replays} replays${all}`,
      );
    }
    console.log(`${seed} | ${outcome.violation.split('\n')[0]}`);
    break;
  }
} else {
  const found = { simulator: 0, kills: 0 };
  // what fails without a fault would find each of them
  for (const test of values.kills === undefined ? [] : new Set(killTests.flat())) {
    const fault = await killedOnce(null, test);
    if (fault !== null) throw new Error(`${test.join(' ')} fails as it is: ${fault}`);
  }
  const wanted = values.faults?.split(',').map(Number) ?? [...plantedFaults.keys()];
  for (const index of wanted) {
    const { name } = plantedFaults[index]!;
    const began = performance.now();
    const answer = await spoilt(index);
    const seconds = (performance.now() - began) / 1000;
    if (answer !== '') found.simulator++;
    let row = `| ${name} | ${answer || 'not found | –'} | ${seconds.toFixed(0)} s |`;
    if (values.kills !== undefined) {
      const { fault, runs } = await killed(index, Math.max(seconds, Number(values.kills)));
      if (fault !== null) found.kills++;
      const took = ((performance.now() - began) / 1000 - seconds).toFixed(0);
      row += ` ${fault ?? '–'} | ${runs} in ${took} s |`;
    }
    console.log(row);
  }
  console.log(`The simulator found ${found.simulator} of ${wanted.length}.`);
  if (values.kills !== undefined) console.log(`The kill tests found ${found.kills}.`);
}

/** The simulator over sources with one fault, in a process of its own. */
function spoilt(index: number): Promise<string> {
  const self = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, ['--import', plant, self, '--only', String(index), '--seeds', values.seeds], {
    env: { ...process.env, LOCKSTEP_PLANTED: String(index) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (bytes) => {
    text += bytes;
  });
  return new Promise((done, fail) => {
    child.on('exit', (code) => (code === 0 ? done(text.trim()) : fail(new Error(`It ended with ${code}.`))));
  });
}

/**
 * The kill tests of its world over the same sources, one after the other, each to its own verdict, until the seconds are over: the
 * last line of the first one that fails.
 */
async function killed(index: number, seconds: number): Promise<Killed> {
  const end = performance.now() + seconds * 1000;
  const tests = killTests[plantedFaults[index]!.world]!;
  let runs = 0;
  while (runs < tests.length || performance.now() < end) {
    const fault = await killedOnce(index, tests[runs % tests.length]!);
    runs++;
    if (fault !== null) return { fault, runs };
  }
  return { fault: null, runs };
}

interface Killed {
  readonly fault: string | null;
  /** Of whole kill tests. */
  readonly runs: number;
}

/** `index`: of the fault that is in the sources; null for none. */
function killedOnce(index: number | null, [file, ...words]: readonly [string, ...string[]]): Promise<string | null> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...words], {
    env: {
      ...{ ...process.env, LOCKSTEP_PLANTED: String(index ?? 'none'), NODE_OPTIONS: `--import ${plant}` },
      ...{ LOCKSTEP_CHAOS_PROCESSES: '5000', LOCKSTEP_CHAOS_EDITORS: '40' },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes) => {
      text += bytes;
    });
  // what stands still shows a fault, too
  const timer = setTimeout(() => {
    text += `\nstands still for ${longest} s`;
    process.kill(-child.pid!, 'SIGKILL');
  }, longest * 1000);
  return new Promise((done) => {
    child.on('exit', (code) => {
      clearTimeout(timer);
      done(code === 0 ? null : (text.trim().split('\n').at(-1)?.slice(0, 120) ?? `ended with ${code}`));
    });
  });
}
