import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProperties, parseProperties, readProperties } from './properties-file.ts';

describe('a .properties file', () => {
  it.each<[string, Record<string, string>]>([
    ['a=b', { a: 'b' }],
    ['a = b ', { a: 'b ' }],
    ['a: b', { a: 'b' }],
    ['a b', { a: 'b' }],
    ['a', { a: '' }],
    ['a=', { a: '' }],
    ['  a  =  b', { a: 'b' }],
    ['# comment\n! another\na=b', { a: 'b' }],
    ['a=1\na=2', { a: '2' }],
    ['a=one\\\n   two', { a: 'onetwo' }],
    ['a=one\\\\\nb=2', { a: 'one\\', b: '2' }],
    ['a=one\\\r\n\ttwo\r\nb=3', { a: 'onetwo', b: '3' }],
    ['a=end\\', { a: 'end' }],
    ['a\\ b\\==c', { 'a b=': 'c' }],
    ['a\\:b:c:d', { 'a:b': 'c:d' }],
    ['u=\\u00e9\\u20AC\\t\\n\\q', { u: 'é€\t\nq' }],
    ['a==b', { a: '=b' }],
    ['a=#no comment', { a: '#no comment' }],
    ['\n\n  \na=b\n\n', { a: 'b' }],
    ['__proto__=x', Object.defineProperty({}, '__proto__', { value: 'x', enumerable: true })],
    ['=v', { '': 'v' }],
  ])('%j is read exactly', (text, expected) => {
    expect(parseProperties(text, 'f')).toEqual(expected);
  });

  it('bytes are ISO-8859-1, as the format says', () => {
    expect(readProperties(Uint8Array.of(0x61, 0x3d, 0xe9), 'f')).toEqual({ a: 'é' });
  });

  it('every value is written so that it reads back the same', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), (values) => {
        const plain = { ...values };
        const text = formatProperties(plain);
        expect(/^[\x20-\x7e\n]*$/.test(text)).toBe(true);
        if (Object.keys(plain).some((key) => key.includes('\0'))) return;
        expect(parseProperties(text, 'f')).toEqual(plain);
      }),
    );
  });

  it.each([
    ['a=1\nb=\\u12', 2],
    ['a=\\uZZZZ', 1],
    ['ok=1\n\nELF\0\u0001', 3],
  ])('%j is refused with its line', (text, line) => {
    try {
      parseProperties(text, 'output.properties');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'properties-not-valid', where: { file: 'output.properties', line } });
    }
  });
});
