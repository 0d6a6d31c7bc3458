import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readInput, writeOutput } from './properties.mjs';

const [inputFile, outputFile] = process.argv.slice(2);
const { fleetFolder, address, template, encoding } = readInput(inputFile);
const folder = join(fleetFolder, address);
mkdirSync(folder, { recursive: true });
const file = join(folder, 'phone.cfg');
writeFileSync(file, template.replaceAll('{phone}', address), encoding || 'utf8');
console.log(`wrote ${file}`);
writeOutput(outputFile, { file });
