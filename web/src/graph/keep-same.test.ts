import { describe, expect, it } from 'vitest';
import { keepPlaces, keepSame } from './keep-same.ts';

describe('what stays the same value while somebody types', () => {
  it('is a list whose values stayed, and no other', () => {
    const [a, b] = [{}, {}];
    const before = [a, b];
    expect(keepSame(before, [a, b])).toBe(before);
    for (const now of [[b, a], [a], [a, b, {}], [a, {}]]) expect(keepSame(before, now)).toBe(now);
    const first = [a];
    expect(keepSame(null, first)).toBe(first);
  });

  it('is a map of places in which nothing moved, grew, came or went', () => {
    const box = { x: 1, y: 2, width: 3, height: 4 };
    const before = new Map([['a', box]]);
    expect(keepPlaces(before, new Map([['a', { ...box }]]))).toBe(before);
    for (const other of [{ x: 9 }, { y: 9 }, { width: 9 }, { height: 9 }]) {
      const now = new Map([['a', { ...box, ...other }]]);
      expect(keepPlaces(before, now)).toBe(now);
    }
    const others = [new Map([['b', box]]), new Map(), new Map([...before, ['b', box]])];
    for (const now of others) expect(keepPlaces(before, now)).toBe(now);
  });
});
