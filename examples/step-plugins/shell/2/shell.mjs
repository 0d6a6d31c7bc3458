import { spawnSync } from 'node:child_process';
import { fail, readInput } from './properties.mjs';

const { script, directory, interpreter } = readInput(process.argv[2]);
const { status, signal, error } = spawnSync(interpreter || '/bin/sh', ['-c', script], {
  cwd: directory || process.cwd(),
  stdio: 'inherit',
});
if (error) fail(`${interpreter} cannot be run: ${error.message}`);
process.exit(status ?? (signal ? 128 : 1));
