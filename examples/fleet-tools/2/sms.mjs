import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readInput, writeOutput } from './properties.mjs';

const [inputFile, outputFile] = process.argv.slice(2);
const { fleetFolder, number, text } = readInput(inputFile);
mkdirSync(fleetFolder, { recursive: true });
appendFileSync(join(fleetFolder, 'messages.log'), `${number}: ${text}\n`);
console.log(`told ${number}`);
writeOutput(outputFile, { told: number });
