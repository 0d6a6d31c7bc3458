import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findingCodes } from './index.ts';

describe('docs/lint.md', () => {
  it('describes every finding and nothing else', () => {
    const documented = [...readFileSync('docs/lint.md', 'utf8').matchAll(/^\| `([a-z-]+)` \|/gm)].map(
      ([, code]) => code,
    );
    expect(documented.sort()).toEqual(Object.keys(findingCodes).sort());
  });
});
