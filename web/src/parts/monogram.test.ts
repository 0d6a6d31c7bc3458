import { describe, expect, it } from 'vitest';
import { colourOf, lettersOf } from './monogram.tsx';

describe('a plugin’s monogram', () => {
  it('is the first letters of its two first words, without the words that all ids begin with', () => {
    expect(lettersOf('Fleet Tools')).toBe('FT');
    expect(lettersOf('Snom')).toBe('SN');
    expect(lettersOf('xivo-cisco-spa-7.5.4')).toBe('CS');
    expect(lettersOf('xivo-snom-8.7.5.35')).toBe('SN');
    expect(lettersOf('')).toBe('?');
  });

  it('has the same colour whenever it is drawn, one of ten', () => {
    expect(colourOf('Fleet Tools')).toBe(colourOf('Fleet Tools'));
    expect(colourOf('xivo-cisco-spa-7.5.4')).toBe(colourOf('xivo-cisco-spa-7.6.2'));
    const all = Array.from({ length: 300 }, (_, index) =>
      colourOf(`Plugin ${String.fromCodePoint(97 + (index % 26), 97 + Math.floor(index / 26))}`),
    );
    expect(new Set(all).size).toBe(10);
  });
});
