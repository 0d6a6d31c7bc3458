/**
 * How many of the planted faults the simulator finds, and with which seed, of the `--seeds N` first of the world that each is in:
 * `npm run simulate:planted`. `--only N` looks for one.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { plantedFaults } from '../simulator/planted-faults.ts';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '2000' }, only: { type: 'string' } } });
const plant = fileURLToPath(new URL('../simulator/plant.ts', import.meta.url));

if (values.only !== undefined) {
  const { simulate } = await import('../simulator/simulate.ts');
  const world = plantedFaults[Number(values.only)]!.world;
  for (let seed = world === 0 ? 3 : world; seed <= 3 * Number(values.seeds); seed += 3) {
    const { violation } = await simulate(seed);
    if (violation === null) continue;
    console.log(`${seed} | ${violation.split('\n')[0]}`);
    break;
  }
} else {
  let found = 0;
  for (const [index, { name }] of plantedFaults.entries()) {
    const answer = await spoilt(index);
    if (answer !== '') found++;
    console.log(`| ${name} | ${answer || `none of ${values.seeds} | –`} |`);
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
