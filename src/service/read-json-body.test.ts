import { expect, it } from 'vitest';
import { deepestJson } from '../plugin/index.ts';
import { readJsonBody } from './read-json-body.ts';

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

it('refuses what nests deeper than any reader should go, before it is parsed', () => {
  expect(readJsonBody(nested(deepestJson))).toBeInstanceOf(Array);
  expect(readJsonBody(JSON.stringify('['.repeat(9_999)))).toBe('['.repeat(9_999));
  expect(() => readJsonBody(nested(deepestJson + 1))).toThrow(
    expect.objectContaining({ code: 'request-not-valid', message: expect.stringContaining('nests deeper') }),
  );
});
