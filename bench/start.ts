/** How long the command line takes to begin, beside Node doing nothing: `npm run bench:start`, with what is shipped. */
import { spawnSync } from 'node:child_process';
import { isBuilt } from '../scripts/package/is-built.ts';
import { program, projectRoot } from '../test/journey/program.ts';
import { median, medianRatio } from './rounds.ts';

const rounds = 60;

/** Milliseconds of the clock. */
function took(parameters: readonly string[]): number {
  const from = performance.now();
  const { status } = spawnSync(process.execPath, parameters, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${parameters.join(' ')} ended with ${status}`);
  return performance.now() - from;
}

if (!isBuilt(projectRoot)) throw new Error('This measures what is shipped: `npm run build` first.');
const lines = {
  'node -e 0': { parameters: ['-e', '0'], target: 1 },
  'lockstep --version': { parameters: [program, '--version'], target: 1.5 },
  'lockstep --help': { parameters: [program, '--help'], target: 1.7 },
};
type Line = keyof typeof lines;
const names = Object.keys(lines) as Line[];
const measured: Record<Line, number[]> = { 'node -e 0': [], 'lockstep --version': [], 'lockstep --help': [] };
for (let round = -2; round < rounds; round++) {
  for (const name of names) {
    const ms = took(lines[name].parameters);
    // the first rounds fill the cache of compiled code
    if (round >= 0) measured[name].push(ms);
  }
}
const rows = names.map((name) => {
  const ratio = medianRatio(measured[name], measured['node -e 0']);
  return { name, ms: median(measured[name]), ratio, target: lines[name].target };
});
for (const { name, ms, ratio, target } of rows) {
  const verdict = target === 1 ? '' : `  ≤ ${target} ${ratio <= target ? 'reached' : 'MISSED'}`;
  process.stderr.write(`${name.padEnd(20)} ${ms.toFixed(1).padStart(6)} ms  ${ratio.toFixed(2)} ×${verdict}\n`);
}
process.stdout.write(`${JSON.stringify({ node: process.version, rounds, rows }, null, 2)}\n`);
