import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readInput, writeOutput } from './properties.mjs';

const [inputFile, outputFile] = process.argv.slice(2);
const { fleetFolder, host } = readInput(inputFile);
const registered = existsSync(join(fleetFolder, host, 'phone.cfg'));
console.log(`${host} is ${registered ? '' : 'not '}registered`);
writeOutput(outputFile, { registered });
process.exitCode = registered ? 0 : 1;
