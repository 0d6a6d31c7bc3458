import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, parse, resolve } from 'node:path';
import { runStep } from './lockstep-step.mjs';

const deed = process.argv[2];

const deeds = {
  copy(step) {
    const [from, to] = [step.text('from'), step.text('to')];
    mkdirSync(dirname(to), { recursive: true });
    cpSync(from, to, { recursive: true });
    return { path: resolve(to) };
  },
  move(step) {
    const [from, to] = [step.text('from'), step.text('to')];
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
  delete(step) {
    const found = step.lines('paths').filter((line) => existsSync(line));
    for (const path of found) {
      const full = resolve(path);
      if (full === parse(full).root || process.cwd().startsWith(full))
        step.fail(`${full} holds the working directory: not deleted.`);
    }
    for (const path of found) rmSync(path, { recursive: true });
    return { deleted: found.length };
  },
  mkdir(step) {
    const path = step.text('path');
    mkdirSync(path, { recursive: true });
    return { path: resolve(path) };
  },
  write(step) {
    const [path, mode] = [step.text('path'), step.text('mode', '')];
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, step.text('content', ''), mode ? { mode: Number.parseInt(mode, 8) } : {});
    return { path: resolve(path), size: statSync(path).size };
  },
  replace(step) {
    const path = step.text('path');
    const pieces = readFileSync(path, 'utf8').split(step.text('find'));
    if (pieces.length === 1) step.fail(`${path} does not hold the text.`);
    writeFileSync(path, pieces.join(step.text('replace', '')));
    return { replaced: pieces.length - 1 };
  },
};

await runStep((step) => {
  try {
    const outputs = Object.entries(deeds[deed](step));
    for (const [name, value] of outputs) step.output(name, value);
    step.log(`${deed}: ${outputs.map(([name, value]) => `${name} ${value}`).join(', ')}`);
  } catch (error) {
    step.fail(`${deed}: ${error.message}`);
  }
});
