import { spawnSync } from 'node:child_process';
import { fail, readInput } from './properties.mjs';

const { command, dir } = readInput(process.argv[2]);
const { status, signal, error } = spawnSync('/bin/sh', ['-c', command], {
  cwd: dir || process.cwd(),
  stdio: 'inherit',
});
if (error) fail(`${'/bin/sh'} cannot be run: ${error.message}`);
process.exit(status ?? (signal ? 128 : 1));
