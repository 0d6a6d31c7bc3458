import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskText, openMasker } from './mask.ts';

describe('masking secure values by value', () => {
  it.each([
    ['password is hunter2!', ['hunter2'], 'password is ••••!'],
    ['abcabcab', ['abc'], '••••••••ab'],
    ['long secret and secret', ['secret', 'long secret'], '•••• and ••••'],
    ['url?p=a%26b%3Dc', ['a&b=c'], 'url?p=••••'],
    ['{"k":"a\\"bc"}', ['a"bc'], '{"k":"••••"}'],
    ['first-line\nsecond-line', ['first-line\nsecond-line'], '••••'],
    ['only second-line here', ['first-line\nsecond-line'], 'only •••• here'],
    ['ab ab', ['ab'], 'ab ab'],
    ['nothing', [], 'nothing'],
  ])('%j without %j is %j', (text, secrets, expected) => {
    expect(maskText(text, secrets)).toBe(expected);
  });

  it('masks a whole value in which the beginning of another one stands last', () => {
    const masker = openMasker(['secs', 'ecse']);
    const given = Buffer.concat([masker.write(Buffer.from('secs')), masker.end()]).toString();
    expect(given).not.toContain('secs');
  });

  it('finds values wherever the pieces of the stream are cut', () => {
    const bytes = fc.array(fc.constantFrom('s', 'e', 'c', 'x'), { maxLength: 60 }).map((letters) => letters.join(''));
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(60), { maxLength: 6 }), (text, cuts) => {
        const masker = openMasker(['sec', 'secs', 'ecse']);
        const borders = [0, ...cuts.filter((cut) => cut <= text.length).sort((a, b) => a - b), text.length];
        const pieces = borders.slice(1).map((end, index) => masker.write(Buffer.from(text.slice(borders[index], end))));
        const out = Buffer.concat([...pieces, masker.end()]).toString();
        for (const secret of ['sec', 'secs']) expect(out).not.toContain(secret);
        expect(out.replaceAll('•', '').length).toBeLessThanOrEqual(text.length);
        if (!/sec|ecse/.test(text)) expect(out).toBe(text);
      }),
    );
  });
});
