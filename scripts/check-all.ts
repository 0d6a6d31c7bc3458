import { spawnSync } from 'node:child_process';

const steps: ReadonlyArray<readonly [name: string, command: string, ...parameters: string[]]> = [
  ['tidy', 'biome', 'check', '.', '--error-on-warnings'],
  ['types', 'tsc', '--noEmit', '-p', 'tsconfig.json'],
  ['types of the page', 'tsc', '--noEmit', '-p', 'web/tsconfig.json'],
  ['layers', 'depcruise', '--config', '.dependency-cruiser.cjs', 'src', 'web/src'],
  ['unused', 'knip', '--no-progress'],
  ['build', 'node', 'scripts/build.ts', '--if-stale'],
  ['tests', 'vitest', 'run'],
];

for (const [name, command, ...parameters] of steps) {
  process.stderr.write(`\n── ${name}: ${command} ${parameters.join(' ')}\n`);
  const { status } = spawnSync(command, parameters, { stdio: 'inherit' });
  if (status !== 0) {
    process.stderr.write(`\n${name} failed (${command} exited with ${status ?? 'a signal'})\n`);
    process.exit(status ?? 1);
  }
}
