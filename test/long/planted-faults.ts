/**
 * How many of the planted faults the simulator finds, and with which seed, of the `--seeds N` first of the world that each is in:
 * `npm run simulate:planted`. `--only N` looks for one, and with `--shrink TRIES` shows it in fewer steps. With `--kills SECONDS` the
 * kill tests of each world look for them instead, each for so long.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { plantedFaults } from '../simulator/planted-faults.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    only: { type: 'string' },
    shrink: { type: 'string' },
    kills: { type: 'string' },
  },
});
/** By world: what kills real processes there. */
const killTests = [['chaos-apply.ts', '5000', '20'], ['chaos-repository.ts', '300'], ['chaos-runs.ts']] as const;
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
  let found = 0;
  for (const [index, { name }] of plantedFaults.entries()) {
    const began = performance.now();
    const answer = values.kills === undefined ? await spoilt(index) : await killed(index, Number(values.kills));
    if (answer !== '') found++;
    const took = `${((performance.now() - began) / 1000).toFixed(0)} s`;
    console.log(`| ${name} | ${answer || 'not found | –'} | ${took} |`);
  }
  console.log(`${found} of ${plantedFaults.length} found.`);
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

/** The kill test of its world over the same sources: the first line that it fails with; nothing where it does not in that time. */
function killed(index: number, seconds: number): Promise<string> {
  const [file, ...words] = killTests[plantedFaults[index]!.world as 0];
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...words], {
    env: { ...process.env, LOCKSTEP_PLANTED: String(index), NODE_OPTIONS: `--import ${plant}` },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes) => {
      text += bytes;
    });
  const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), seconds * 1000);
  return new Promise((done) => {
    child.on('exit', (code) => {
      clearTimeout(timer);
      const last = text.trim().split('\n').at(-1)?.slice(0, 120) ?? '';
      done(code === null || code === 0 ? '' : `found | ${last}`);
    });
  });
}
