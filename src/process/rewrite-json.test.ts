import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rewriteJson } from './rewrite-json.ts';

const rewritten = (text: string, change: (value: never) => void): string => {
  const before = JSON.parse(text.replace(/^\uFEFF/, ''));
  const after = structuredClone(before);
  change(after as never);
  return rewriteJson(text.replace(/^\uFEFF/, ''), before, after);
};

describe('a JSON text whose value changed', () => {
  it('changes in the lines of what changed and nowhere else, whatever its layout', () => {
    const text = '{\r\n\t"b": 1.50,\r\n\t"a": [ 1,2 ,3 ],\r\n\t"url": "http:\\/\\/x",\r\n\t"c": {"d": "e"}\r\n}';
    const changed = rewritten(text, (value: { c: { d: string } }) => {
      value.c.d = 'f/g';
    });
    expect(changed).toBe(text.replace('"e"', '"f\\/g"'));
  });

  it('puts new keys where they stand in the new value, and takes keys out with their lines', () => {
    const text = '{\n  "a": 1,\n  "b": 2,\n  "d": 4\n}\n';
    const added = rewriteJson(text, JSON.parse(text), { a: 1, b: 2, c: { x: 3 }, d: 4 });
    expect(added).toBe('{\n  "a": 1,\n  "b": 2,\n  "c": {\n    "x": 3\n  },\n  "d": 4\n}\n');
    // the line of the last one needs no comma
    expect(rewriteJson(text, JSON.parse(text), { a: 1, b: 2, d: 4, e: 5 })).toBe(
      '{\n  "a": 1,\n  "b": 2,\n  "e": 5,\n  "d": 4\n}\n',
    );
    expect(rewriteJson(text, JSON.parse(text), { b: 2, d: 4 })).toBe('{\n  "b": 2,\n  "d": 4\n}\n');
    expect(rewriteJson(text, JSON.parse(text), { a: 1, b: 2 })).toBe('{\n  "a": 1,\n  "b": 2\n}\n');
  });

  it('takes a member out of a list and leaves the others as they were written', () => {
    const text = '[\n  {"name": "a", "v": 1.0},\n  {"name": "b"},\n  {"name": "c",   "v": 2}\n]';
    expect(
      rewriteJson(text, JSON.parse(text), [
        { name: 'a', v: 1 },
        { name: 'c', v: 3 },
      ]),
    ).toBe('[\n  {"name": "a", "v": 1.0},\n  {"name": "c",   "v": 3}\n]');
  });

  it('has the new value for every pair of values and every layout', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const indent = fc.constantFrom(undefined, 1, 2, 4, '\t');
    fc.assert(
      fc.property(value, value, indent, (before, after, space) => {
        const [old, now] = [JSON.parse(JSON.stringify(before)), JSON.parse(JSON.stringify(after))];
        const text = JSON.stringify(old, null, space);
        expect(JSON.parse(rewriteJson(text, old, now))).toEqual(now);
        expect(rewriteJson(text, old, old)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});
