import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readInput, writeOutput } from './properties.mjs';

const [inputFile, outputFile] = process.argv.slice(2);
const { fleetFolder, host, template } = readInput(inputFile);
const folder = join(fleetFolder, host);
mkdirSync(folder, { recursive: true });
const file = join(folder, 'phone.cfg');
writeFileSync(file, template.replaceAll('{phone}', host));
console.log(`wrote ${file}`);
writeOutput(outputFile, { file });
