import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readInput, writeOutput } from './properties.mjs';

const [inputFile, outputFile] = process.argv.slice(2);
const { fleetFolder, address, delay, reason } = readInput(inputFile);
mkdirSync(join(fleetFolder, address), { recursive: true });
appendFileSync(join(fleetFolder, address, 'restarts.log'), `after ${delay} s: ${reason}\n`);
console.log(`${address} restarts after ${delay} s`);
writeOutput(outputFile, { restarted: 'true' });
