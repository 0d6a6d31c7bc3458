import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pairwise } from './pairwise.ts';

it('every two values of every two factors meet in a row, and the rows are few', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 8 }), (sizes) => {
      const rows = pairwise(sizes);
      for (let one = 0; one < sizes.length; one += 1)
        for (let other = one + 1; other < sizes.length; other += 1) {
          const met = new Set(rows.map((row) => `${row[one]} ${row[other]}`));
          expect(met.size).toBe(sizes[one]! * sizes[other]!);
        }
      expect(rows.every((row) => row.length === sizes.length)).toBe(true);
    }),
    { numRuns: 60 },
  );
  expect(pairwise(Array.from({ length: 25 }, () => 2)).length).toBeLessThan(16);
});
