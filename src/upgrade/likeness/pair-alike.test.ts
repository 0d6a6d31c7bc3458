import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairAlike } from './pair-alike.ts';

interface Thing {
  readonly name: string;
}
const things = (letter: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `${letter}${index}` }));

/** Likenesses as a matrix: row for what went, column for what came. */
const comparison = (scores: readonly (readonly number[])[]) => ({
  scoring: () => (old: Thing, now: Thing) => scores[Number(old.name.slice(1))]?.[Number(now.name.slice(1))] ?? 0,
  possible: () => true,
  sameKind: () => true,
  lastTwo: 0.3,
});
const shown = (scores: readonly (readonly number[])[]) => {
  const { pairs, gone } = pairAlike(things('a', scores.length), things('b', scores[0]!.length), comparison(scores));
  return {
    pairs: pairs.map(({ old, now }) => `${old.name} ${now.name}`),
    asked: gone.map(({ old, candidates }) => `${old.name}: ${candidates.map(({ name }) => name).join(' ')}`),
  };
};

describe('pairing what went with what came', () => {
  it('takes the greatest sum, not the first best pair', () => {
    const scores = [
      [0.9, 0.85],
      [0.88, 0.5],
    ];
    expect(shown(scores).pairs).toEqual(['a0 b1', 'a1 b0']);
  });

  it('asks where another choice is nearly as good, the most alike first', () => {
    expect(shown([[0.7, 0.68, 0.2]])).toEqual({ pairs: [], asked: ['a0: b0 b1 b2'] });
  });

  it('takes the last two for one, whatever their words, and asks below any likeness', () => {
    expect(shown([[0.32]]).pairs).toEqual(['a0 b0']);
    expect(shown([[0.1]])).toEqual({ pairs: [], asked: ['a0: b0'] });
    const scores = [
      [0.9, 0.1],
      [0.1, 0.32],
    ];
    expect(shown(scores).pairs).toEqual(['a0 b0', 'a1 b1']);
  });

  it('takes names that differ in form alone for certain, unless several fold into one', () => {
    const pair = (old: readonly string[], now: readonly string[]) =>
      pairAlike(
        old.map((name) => ({ name })),
        now.map((name) => ({ name })),
        { scoring: () => () => 0, possible: () => false, sameKind: () => false, lastTwo: 0.3 },
      ).pairs.map(({ old: { name }, now: after, form }) => [name, after.name, form]);
    expect(pair(['url'], ['URL'])).toEqual([['url', 'URL', 'letter case']]);
    expect(pair(['url', 'Url'], ['URL'])).toEqual([]);
  });

  it('leaves nothing out: everything that went is paired once or asked', () => {
    const matrix = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).chain(([rows, columns]) =>
      fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    );
    fc.assert(
      fc.property(matrix, (scores) => {
        const { pairs, asked } = shown(scores);
        const named = [...pairs.map((pair) => pair.split(' ')[0]!), ...asked.map((one) => one.split(':')[0]!)];
        expect(named.sort()).toEqual(scores.map((_, index) => `a${index}`).sort());
        const taken = pairs.map((pair) => pair.split(' ')[1]!);
        expect(new Set(taken).size).toBe(taken.length);
      }),
      { numRuns: 200 },
    );
  });

  it('compares no more than it can: beyond that all are named', () => {
    const { pairs, gone } = pairAlike(things('a', 200), things('b', 200), comparison([[1]]));
    expect([pairs.length, gone.length]).toEqual([0, 200]);
  });
});
