import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readInput, writeOutput } from './properties.mjs';

const [inputFile, outputFile] = process.argv.slice(2);
const { fleetFolder, host, delay } = readInput(inputFile);
mkdirSync(join(fleetFolder, host), { recursive: true });
appendFileSync(join(fleetFolder, host, 'restarts.log'), `after ${delay} s\n`);
console.log(`${host} restarts after ${delay} s`);
writeOutput(outputFile, { restarted: 'true' });
