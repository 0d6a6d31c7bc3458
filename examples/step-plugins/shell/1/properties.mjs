import { readFileSync, writeFileSync } from 'node:fs';

/** The step's values: the Java .properties file that the agent wrote. */
export function readInput(file) {
  const values = {};
  for (const line of readFileSync(file, 'latin1').split('\n')) {
    const match = /^((?:\\.|[^=\\])*)=(.*)$/.exec(line);
    if (match) values[plain(match[1])] = plain(match[2]);
  }
  return values;
}

/** What later steps may use as `${p:Activity/name}`. */
export function writeOutput(file, values) {
  writeFileSync(
    file,
    Object.entries(values)
      .map(([name, value]) => `${escaped(name)}=${escaped(String(value))}\n`)
      .join(''),
  );
}

/** Ends the step with a reason instead of a stack. */
export function fail(reason) {
  console.error(reason);
  process.exit(1);
}

function plain(text) {
  return text.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, mark) =>
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
