import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

type Step = readonly [name: string, command: string, ...parameters: string[]];

/** None needs another one's result, so that as many go on at once as there are processors; those that take longest first. */
const checks: readonly Step[] = [
  ['build', 'node', 'scripts/build.ts', '--if-stale'],
  ['types', 'tsc', '--noEmit', '-p', 'tsconfig.json'],
  ['types of the page', 'tsc', '--noEmit', '-p', 'web/tsconfig.json'],
  ['unused', 'knip', '--no-progress'],
  ['layers', 'depcruise', '--config', '.dependency-cruiser.cjs', 'src', 'web/src'],
  ['tidy', 'biome', 'check', '.', '--error-on-warnings'],
];
const tests: Step = ['tests', 'vitest', 'run'];

const note = (text: string): void => void process.stderr.write(text);
const headingOf = ([name, ...line]: Step): string => `\n── ${name}: ${line.join(' ')}\n`;
const running = new Set<ChildProcess>();

/** What a step says is shown as a whole, when it has ended. */
async function check(step: Step): Promise<void> {
  const [, command, ...parameters] = step;
  const child = spawn(command, parameters, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(process.stderr.isTTY && { FORCE_COLOR: '1' }) },
  });
  running.add(child);
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => void said.push(piece));
  const status = await new Promise<number | null>((done) => {
    child.on('error', (error) => {
      said.push(Buffer.from(`${error.message}\n`));
      done(127);
    });
    child.on('close', done);
  });
  running.delete(child);
  note(headingOf(step) + Buffer.concat(said).toString());
  if (status !== 0) fail(step, status);
}

/** The first that fails is the last that is said; the others are of no use any more. */
function fail([name, command]: Step, status: number | null): never {
  for (const child of running) child.kill();
  note(`\n${name} failed (${command} exited with ${status ?? 'a signal'})\n`);
  process.exit(status ?? 1);
}

const left = [...checks];
async function takeTurns(): Promise<void> {
  for (let step = left.shift(); step; step = left.shift()) await check(step);
}
await Promise.all(Array.from({ length: availableParallelism() }, takeTurns));

const [, command, ...parameters] = tests;
note(headingOf(tests));
const { status } = spawnSync(command, parameters, { stdio: 'inherit' });
if (status !== 0) fail(tests, status);
