import { spawnSync } from 'node:child_process';
import { fail, readInput } from './properties.mjs';

const { script, directory, interpreter, onError } = readInput(process.argv[2]);
const { status, signal, error } = spawnSync(
  interpreter || '/bin/bash',
  [...(onError === 'stop' ? ['-e'] : []), '-c', script],
  {
    cwd: directory || process.cwd(),
    stdio: 'inherit',
  },
);
if (error) fail(`${interpreter} cannot be run: ${error.message}`);
process.exit(status ?? (signal ? 128 : 1));
