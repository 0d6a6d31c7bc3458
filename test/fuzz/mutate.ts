import fc from 'fast-check';

/** No input grows beyond this many bytes; the parsers' own limits on size have tests of their own. */
export const largestInput = 1_000_000;

const nasty = [
  '\0',
  '\ufeff',
  '\u2028',
  '\u202e',
  '\r',
  '\n',
  '\t',
  '\u001b[2J',
  '\ud83d\ude00',
  'e\u0301',
  '__proto__',
  'constructor',
  'toString',
  '../',
  '/etc/passwd',
  '-1',
  '0',
  '00000000000000000001',
  '9007199254740993',
  '1e999',
  '-0',
  '2147483648',
  '\\',
  '\\u00',
  '${p:a}',
  '${',
  '}',
  '"',
  "'",
  '<',
  '>',
  '&',
  '&#0;',
  '&#x110000;',
  '<!DOCTYPE a [<!ENTITY b "c">]>',
  '<![CDATA[',
  ']]>',
  '<!--',
  '-->',
  '[',
  ']',
  '{',
  '{"a":',
  ',',
  ':',
  '=',
  '#',
].map((text) => Buffer.from(text));

type Edit = (bytes: Buffer) => Buffer;

/** A spot as a fraction, so that a smaller number is an earlier spot in a text of any length. */
const spot = fc.nat({ max: 9999 });
const length = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 40 }) }, fc.integer({ min: 1, max: 4000 }));

function at(bytes: Buffer, fraction: number): number {
  return Math.floor((fraction * (bytes.length + 1)) / 10_000);
}

function replace(bytes: Buffer, start: number, end: number, by: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, start), by, bytes.subarray(end)]);
}

/** What happens to a seed: cut, doubled, crossed with another, nested, its numbers blown up, words put in, bits turned. */
export function mutated(seeds: readonly Buffer[], words: readonly string[]): fc.Arbitrary<Buffer> {
  const word = fc.constantFrom(...words.map((text) => Buffer.from(text)), ...nasty);
  const edit: fc.Arbitrary<Edit> = fc.oneof(
    fc.tuple(spot, word).map(
      ([where, by]): Edit =>
        (bytes) =>
          replace(bytes, at(bytes, where), at(bytes, where), by),
    ),
    fc.tuple(spot, length, word).map(
      ([where, n, by]): Edit =>
        (bytes) =>
          replace(bytes, at(bytes, where), at(bytes, where) + n, by),
    ),
    fc.tuple(spot, length).map(
      ([where, n]): Edit =>
        (bytes) =>
          replace(bytes, at(bytes, where), at(bytes, where) + n, Buffer.alloc(0)),
    ),
    fc.tuple(spot, length, fc.integer({ min: 1, max: 12 })).map(
      ([where, n, power]): Edit =>
        (bytes) => {
          const start = at(bytes, where);
          const piece = bytes.subarray(start, start + n);
          const times = Math.min(2 ** power, Math.floor(largestInput / Math.max(1, piece.length)));
          return replace(bytes, start, start, Buffer.concat(Array.from({ length: times }, () => piece)));
        },
    ),
    fc.tuple(spot, spot, length, fc.constantFrom(...seeds)).map(
      ([where, from, n, other]): Edit =>
        (bytes) =>
          replace(bytes, at(bytes, where), at(bytes, where), other.subarray(at(other, from), at(other, from) + n)),
    ),
    fc.tuple(spot, fc.nat({ max: 7 })).map(
      ([where, bit]): Edit =>
        (bytes) => {
          const turned = Buffer.from(bytes);
          const index = at(bytes, where);
          if (index < turned.length) turned[index]! ^= 1 << bit;
          return turned;
        },
    ),
    fc.tuple(spot, fc.uint8Array({ maxLength: 8 })).map(
      ([where, noise]): Edit =>
        (bytes) =>
          replace(bytes, at(bytes, where), at(bytes, where), noise),
    ),
    fc.tuple(spot).map(
      ([where]): Edit =>
        (bytes) =>
          bytes.subarray(0, at(bytes, where)) as Buffer,
    ),
    fc.tuple(fc.nat({ max: 50 }), fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n })).map(
      ([nth, value]): Edit =>
        (bytes) => {
          const text = bytes.toString('latin1');
          const numbers = [...text.matchAll(/\d+/g)];
          const hit = numbers[nth % Math.max(1, numbers.length)];
          return hit ? replace(bytes, hit.index, hit.index + hit[0].length, Buffer.from(String(value))) : bytes;
        },
    ),
    // the same opening again and again: depth
    fc
      .tuple(spot, fc.constantFrom('[', '{"a":', '<a>', '<a b="', '((', '${p:', '\\'), fc.integer({ min: 1, max: 16 }))
      .map(
        ([where, opening, power]): Edit =>
          (bytes) => {
            const start = at(bytes, where);
            return replace(bytes, start, start, Buffer.from(opening.repeat(2 ** power)));
          },
      ),
  );
  return fc
    .tuple(fc.constantFrom(...seeds), fc.array(edit, { maxLength: 8 }))
    .map(([seed, edits]) => edits.reduce((bytes, change) => change(bytes).subarray(0, largestInput) as Buffer, seed));
}
