import { readFileSync, writeFileSync } from 'node:fs';

/** The input file that the agent wrote: one `name=value` a line, with `\\n`-style escapes. */
export function readInput(file) {
  const values = {};
  for (const line of readFileSync(file, 'latin1').split('\n')) {
    const match = /^((?:\\.|[^=:\\#!])+)[=:](.*)$/.exec(line);
    if (match) values[withoutEscapes(match[1].trim())] = withoutEscapes(match[2]);
  }
  return values;
}

export function writeOutput(file, values) {
  const lines = Object.entries(values).map(([name, value]) => `${name}=${String(value).replaceAll('\n', '\\n')}`);
  writeFileSync(file, `${lines.join('\n')}\n`);
}

function withoutEscapes(text) {
  return text.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, mark) => {
    if (mark.length === 5) return String.fromCharCode(Number.parseInt(mark.slice(1), 16));
    return { n: '\n', t: '\t', r: '\r', f: '\f' }[mark] ?? mark;
  });
}
