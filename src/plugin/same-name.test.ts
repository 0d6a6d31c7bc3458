import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameDisplayName } from './display-name.ts';
import { formsOf, nameInForm, sameName } from './same-name.ts';

const names = fc.string({
  unit: fc.constantFrom('é', 'e\u0301', 'ö', 'o', '\u0308', 'A', 'a', ' ', '가', 'ﬁ'),
  maxLength: 6,
});
const forms = fc.constantFrom('NFC' as const, 'NFD' as const);

describe('names', () => {
  it('[PROP-8] are one in whatever Unicode form they are written', () => {
    fc.assert(
      fc.property(names, forms, forms, (name, one, other) => {
        const [a, b] = [name.normalize(one), name.normalize(other)];
        expect(sameName(a, b)).toBe(true);
        expect(formsOf(a)).toContain(b);
        expect(nameInForm(a)).toBe(nameInForm(b));
        expect(sameDisplayName(a, b)).toBe(true);
      }),
    );
  });

  it('[PROP-8] of another letter case, or alike in looks alone, are others', () => {
    expect([sameName('Größe', 'größe'), sameName('ﬁle', 'file'), sameName('a', 'а')]).toEqual([false, false, false]);
    expect(formsOf('plain')).toEqual(['plain']);
  });
});
