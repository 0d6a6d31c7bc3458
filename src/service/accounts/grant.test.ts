import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers } from './grant.ts';

const of = (owner: string | null) => ({ role: 'process-owner', owner }) as const;

describe('a role for the processes of some owners', () => {
  it.each([
    ['web', 'web', true],
    ['web', 'Web', false],
    ['web', 'website', false],
    ['web*', 'website', true],
    ['*', 'anything', true],
    ['a*b', 'ab', true],
    ['ab*ba', 'aba', false],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['(web|db)', 'web', false],
    ['w.b', 'web', false],
  ])('%j covers %j: %s', (pattern, owner, is) => {
    expect(covers(of(pattern), owner)).toBe(is);
  });

  it('covers processes without an owner only where it says so', () => {
    expect([covers(of(null), null), covers(of(null), 'web'), covers(of('*'), null), covers(of(''), null)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('means by * what a regular expression would', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    const owners = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(letters, owners, (pattern, owner) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 's').test(owner);
        expect(covers(of(pattern), owner)).toBe(expected);
      }),
    );
  });
});
