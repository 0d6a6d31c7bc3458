import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, parse, resolve } from 'node:path';
import { fail, readInput, writeOutput } from './properties.mjs';

const [deed, inputFile, outputFile] = process.argv.slice(2);
const input = readInput(inputFile);

const deeds = {
  copy({ from, to }) {
    mkdirSync(dirname(to), { recursive: true });
    cpSync(from, to, { recursive: true });
    return { path: resolve(to) };
  },
  move({ from, to }) {
    mkdirSync(dirname(to), { recursive: true });
    try {
      renameSync(from, to);
    } catch (error) {
      if (error.code !== 'EXDEV') throw error;
      cpSync(from, to, { recursive: true });
      rmSync(from, { recursive: true });
    }
    return { path: resolve(to) };
  },
  delete({ paths }) {
    const found = paths
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && existsSync(line));
    for (const path of found) {
      const full = resolve(path);
      if (full === parse(full).root || process.cwd().startsWith(full))
        fail(`${full} holds the working directory: not deleted.`);
    }
    for (const path of found) rmSync(path, { recursive: true });
    return { deleted: found.length };
  },
  mkdir({ path }) {
    mkdirSync(path, { recursive: true });
    return { path: resolve(path) };
  },
  write({ path, content = '', mode }) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, mode ? { mode: Number.parseInt(mode, 8) } : {});
    return { path: resolve(path), size: statSync(path).size };
  },
  replace({ path, find, replace = '' }) {
    const pieces = readFileSync(path, 'utf8').split(find);
    if (pieces.length === 1) fail(`${path} does not hold the text.`);
    writeFileSync(path, pieces.join(replace));
    return { replaced: pieces.length - 1 };
  },
};

try {
  const outputs = deeds[deed](input);
  writeOutput(outputFile, outputs);
  console.log(
    `${deed}: ${Object.entries(outputs)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
  );
} catch (error) {
  fail(`${deed}: ${error.message}`);
}
