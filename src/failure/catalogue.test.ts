import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogue } from './index.ts';

const documented = new Map(
  [
    ...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `?([a-z0-9-]+)`? \| (\d+) \| (\d+) \| (.+) \| (.+) \|$/gm),
  ].map(([, code = '', exit, status]) => [code, { exit: Number(exit), status: Number(status) }] as const),
);

describe('docs/errors.md', () => {
  it.each(Object.entries(catalogue))('describes %s with its exit code and HTTP status', (code, entry) => {
    expect(documented.get(code)).toEqual(entry);
  });

  it('describes nothing that does not exist', () => {
    expect([...documented.keys()].filter((code) => !(code in catalogue))).toEqual([]);
  });
});
