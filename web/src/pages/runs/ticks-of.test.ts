import { describe, expect, it } from 'vitest';
import { ticksOf } from './ticks-of.ts';

describe('the marks of a time line', () => {
  it.each([1, 37, 999, 4_200, 61_000, 102_000, 3_700_000, 900_000_000])(
    'of %i ms are at most six, at round times',
    (length) => {
      const ticks = ticksOf(length);
      expect(ticks.length).toBeLessThanOrEqual(6);
      expect(ticks[0]).toBe(0);
      expect(Math.max(...ticks)).toBeLessThanOrEqual(length);
    },
  );

  it('are twenty seconds apart in a run of 100 s', () => {
    expect(ticksOf(100_000)).toEqual([0, 20_000, 40_000, 60_000, 80_000, 100_000]);
  });
});
