import { describe, expect, it } from 'vitest';
import { plainJson, plainText } from './plain-text.ts';

describe('a text for the terminal', () => {
  it.each([
    ['clears the screen', '\u001b[2Jx', '\\u001b[2Jx'],
    ['sets the title', 'a\u001b]0;owned\u0007b', 'a\\u001b]0;owned\\u0007b'],
    ['begins a sequence with one byte', '\u009b31mred', '\\u009b31mred'],
    ['goes back over the line', 'shown\rhidden\bx', 'shown\\u000dhidden\\u0008x'],
    ['turns the direction of writing', 'exe\u202etxt', 'exe\\u202etxt'],
  ])('that %s is written out', (_what, text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  it('keeps tabs, line ends and every letter', () => {
    expect(plainText('a\tb\r\nc\né 😀 漢')).toBe('a\tb\nc\né 😀 漢');
  });

  it('is the same value as JSON', () => {
    const value = { 'a\u009b': ['\u007f\u202e', '\u001b'] };
    expect(JSON.parse(plainJson(JSON.stringify(value)))).toEqual(value);
  });
});
