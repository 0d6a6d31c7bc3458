import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, isVersion } from './index.ts';

const ascending = [
  ['0.4', '0.4.01'],
  ['0.4.01', '0.4.02'],
  ['0.4.01', '0.4.1'],
  ['0.4.02', '0.5'],
  ['0.5', '0.9'],
  ['0.9', '0.10'],
  ['1.1.9', '1.1.12'],
  ['1.9', '1.10'],
  ['1.0-dev', '1.0'],
  ['1.0-dev', '1.0-alpha'],
  ['1.0-alpha', '1.0-beta'],
  ['1.0-beta.2', '1.0-beta.11'],
  ['1.0-beta', '1.0-rc1'],
  ['1.0rc1', '1.0'],
  ['0.1.9-beta.1', '0.1.9'],
  ['1.22', '1.22k2'],
  ['1.22k2', '1.22k3'],
  ['1.22k3', '1.22.1'],
  ['1.0', '1.0-1'],
  ['1.0-1', '1.0-2'],
  ['3.3.1', '3.3.1-SP4'],
  ['9', '99999999999999999999'],
  ['99999999999999999999', '100000000000000000000'],
  ['', '1'],
] as const;

const equal = [
  ['1.0', '1.0.0'],
  ['1.0-dev', '1.0.0-dev'],
  ['v1.2', '1.2'],
  ['1.0-RC1', '1.0-rc1'],
  ['1.0+build.5', '1.0'],
  ['', '0'],
] as const;

const part = fc.oneof(
  fc.integer({ min: 0, max: 12 }).map(String),
  fc.constantFrom('00', '01', '010', 'dev', 'alpha', 'rc1', 'k2', 'SP4', 'b'),
);
const version = fc
  .array(fc.tuple(fc.constantFrom('.', '-', '', '~', '_', '+'), part), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.map(([separator, text], index) => (index === 0 ? text : separator + text)).join(''));
const anything = fc.oneof({ weight: 4, arbitrary: version }, fc.string());

describe('the order of versions', () => {
  it.each(ascending)('puts %s before %s', (a, b) => {
    expect(compareVersions(a, b)).toBeLessThan(0);
    expect(compareVersions(b, a)).toBeGreaterThan(0);
  });

  it.each(equal)('takes %s and %s as equal', (a, b) => {
    expect(compareVersions(a, b)).toBe(0);
    expect(compareVersions(b, a)).toBe(0);
  });

  it('is total: every version equals itself, and turning the question round turns the answer', () => {
    fc.assert(
      fc.property(anything, anything, (a, b) => {
        expect(compareVersions(a, a)).toBe(0);
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
      }),
      { numRuns: 2000 },
    );
  });

  it('is transitive over any three versions, equal ones included', () => {
    fc.assert(
      fc.property(anything, anything, anything, (a, b, c) => {
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
        if (compareVersions(a, b) === 0)
          expect(Math.sign(compareVersions(a, c))).toBe(Math.sign(compareVersions(b, c)));
      }),
      { numRuns: 5000 },
    );
  });

  it('compares numbers by value, however long they are', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n }), fc.bigInt({ min: 0n }), (a, b) => {
        expect(Math.sign(compareVersions(`1.${a}.1`, `1.${b}.1`))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  it('knows what looks like a version', () => {
    expect(['0.4', '0.4.01', '1.22k2', '1.0-dev', 'v2', '1.0+b1'].filter((text) => !isVersion(text))).toEqual([]);
    expect(['', 'latest', '1..2', '1.0-', '1 0', '@V@', '1/2'].filter(isVersion)).toEqual([]);
  });
});
