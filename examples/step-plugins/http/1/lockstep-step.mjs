// @lockstep/step 0.2.0 (Apache-2.0): this file lies in every plugin that uses it, since a plugin stands alone.
import { appendFileSync, readFileSync } from 'node:fs';

/** Does the work of one step: an error that it throws becomes the reason why the step failed. */
export async function runStep(work, { env = process.env } = {}) {
  const { PLUGIN_INPUT_PROPS: input, PLUGIN_OUTPUT_PROPS: output } = env;
  try {
    if (!input || !output) throw new StepFailure('This is a step of a Lockstep plugin: lockstep plugin try STEP');
    await work(stepOf(readProperties(readFileSync(input, 'latin1')), (line) => appendFileSync(output, line, 'latin1')));
  } catch (error) {
    console.error(error instanceof StepFailure ? error.message : error);
    process.exitCode = 1;
  }
}

/** For tests: a step with these inputs, and what it puts out. */
export function fakeStep(values) {
  const outputs = {};
  const step = stepOf(values, (line) => Object.assign(outputs, readProperties(line)));
  return { step, outputs };
}

/** Thrown by `fail`: the step ends with this reason and without a stack. */
export class StepFailure extends Error {}

class Secret {
  #text;
  constructor(text) {
    this.#text = text;
  }
  reveal() {
    return this.#text;
  }
  toString() {
    return '****';
  }
  toJSON() {
    return '****';
  }
  [Symbol.for('nodejs.util.inspect.custom')]() {
    return '****';
  }
}

function stepOf(values, write) {
  const fail = (reason) => {
    throw new StepFailure(reason);
  };
  const text = (name, fallback) => {
    const value = Object.hasOwn(values, name) ? values[name] : '';
    if (value !== '') return value;
    return fallback === undefined ? fail(`"${name}" is needed and empty.`) : fallback;
  };
  return {
    text,
    number(name, fallback) {
      const value = text(name, fallback === undefined ? undefined : String(fallback));
      const number = Number(value);
      return value.trim() !== '' && Number.isFinite(number) ? number : fail(`"${name}" is no number: ${value}`);
    },
    flag(name) {
      return /^(true|yes|on|1)$/i.test(text(name, 'false'));
    },
    lines(name) {
      return text(name, '')
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== '');
    },
    secret(name, fallback) {
      return new Secret(text(name, fallback));
    },
    output(name, value) {
      write(`${escaped(name)}=${escaped(String(value))}\n`);
    },
    log(...words) {
      console.log(...words);
    },
    fail,
  };
}

/** Java's .properties as an agent writes them, and as people do for a test: comments, `:`, continued lines. */
function readProperties(text) {
  const values = {};
  const lines = text.split(/\r\n|\r|\n/);
  for (let at = 0; at < lines.length; at++) {
    let line = lines[at].trimStart();
    if (line === '' || line[0] === '#' || line[0] === '!') continue;
    while (/(?<!\\)(?:\\\\)*\\$/.test(line) && at + 1 < lines.length)
      line = line.slice(0, -1) + lines[++at].trimStart();
    const [, name, value] = /^((?:\\.|[^\\=: \t\f])*)[ \t\f]*[=:]?[ \t\f]*(.*)$/s.exec(line);
    values[plain(name)] = plain(value);
  }
  return values;
}

function plain(text) {
  return text.replace(/\\(u[0-9a-fA-F]{4}|.?)/gs, (_, mark) =>
    mark.length === 5
      ? String.fromCharCode(Number.parseInt(mark.slice(1), 16))
      : ({ n: '\n', t: '\t', r: '\r', f: '\f' }[mark] ?? mark),
  );
}

function escaped(text) {
  return text.replace(/[^\x21-\x7e]|[\\=:#!]/g, (unit) =>
    '\\=:#! '.includes(unit) ? `\\${unit}` : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
