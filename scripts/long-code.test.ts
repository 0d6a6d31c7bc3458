import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { longCode, mostLines } from './long-code.ts';

interface Known {
  readonly [path: string]: { readonly [what: string]: { readonly lines: number; readonly why: string } };
}

/** What is longer all the same, and why. Nothing joins it; a line leaves it with what it names. */
const known: Known = JSON.parse(readFileSync(new URL('./long-code.json', import.meta.url), 'utf8'));

const sources = globSync(['src/**/*.ts', 'web/src/**/*.{ts,tsx}']).filter(
  (path) => !/\.test\.tsx?$|\/testing\/|\.d\.ts$/.test(path),
);

describe('the length of code', () => {
  it('no function is longer than 120 lines and no file than 400, but for those known by name', () => {
    const tooLong: string[] = [];
    const left = new Set(
      Object.entries(known).flatMap(([path, some]) => Object.keys(some).map((what) => `${path}: ${what}`)),
    );
    for (const path of sources) {
      for (const [what, lines] of longCode(readFileSync(path, 'utf8'), path)) {
        left.delete(`${path}: ${what}`);
        if (lines > (known[path]?.[what]?.lines ?? 0)) tooLong.push(`${path}: ${what}, ${lines} lines`);
      }
    }
    expect(tooLong, 'part it where its ideas part').toEqual([]);
    expect([...left], 'short enough now: take it out of scripts/long-code.json').toEqual([]);
  });

  it('a long function is seen under its name, and a long file', () => {
    const found = (text: string) => [...longCode(text, 'it.ts')];
    const body = '  act();\n'.repeat(mostLines.function);
    expect(found(`const act = () => {};\nconst long = () => {\n${body}};\n`)).toEqual([
      ['long', mostLines.function + 2],
    ]);
    expect(found(`function long() {\n${body}}`)).toHaveLength(1);
    expect(found('act();\n'.repeat(mostLines.file + 1))).toEqual([['file', mostLines.file + 1]]);
    expect(found(`function short() {\n  act();\n}\n`)).toHaveLength(0);
  });
});
