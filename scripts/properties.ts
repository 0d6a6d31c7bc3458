/** Tries every property of the rules `PROPERTY_RUNS` times, 10,000 where nothing is said. */
import { spawnSync } from 'node:child_process';

const env = { PROPERTY_RUNS: '10000', ...process.env };
const files = ['properties.test', 'round-trip.test'];
const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'unit', '--testTimeout', '0', ...files], {
  stdio: 'inherit',
  env,
});
process.exitCode = status ?? 1;
