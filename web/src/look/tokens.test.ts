import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
const [light = '', dark = ''] = css.split('[data-mantine-color-scheme="dark"]');
const read = (text: string) =>
  Object.fromEntries([...text.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));
const schemes = { light: read(light), dark: { ...read(light), ...read(dark) } };

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const grounds = ['page', 'surface', 'sunken'];
const meanings = ['well', 'new', 'ask', 'care', 'bad'];
const texts: readonly (readonly [string, string])[] = [
  ...['ink', 'ink-soft', 'ink-quiet', 'accent-ink', ...meanings].flatMap((text) =>
    grounds.map((ground) => [text, ground] as const),
  ),
  ...meanings.flatMap(
    (meaning) =>
      [
        [meaning, `${meaning}-soft`],
        ['ink', `${meaning}-soft`],
        ['ink-soft', `${meaning}-soft`],
        ['on-accent', meaning],
      ] as const,
  ),
  ['accent-ink', 'accent-soft'],
  ['ink', 'accent-soft'],
  ['ink-quiet', 'accent-soft'],
  ['on-accent', 'accent'],
  ['ink', 'added'],
  ['ink', 'removed'],
  ['ink-soft', 'added'],
  ['ink-soft', 'removed'],
  ...Array.from({ length: 10 }, (_, index) => ['on-mark', `mark-${index}`] as const),
];

describe.each(Object.entries(schemes))('the colours of the %s scheme', (_name, tokens) => {
  it.each(texts)('%s can be read on %s: 4.5 to 1', (text, ground) => {
    expect(contrast(tokens[text]!, tokens[ground]!)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(grounds)('the edge of a field is seen on %s: 3 to 1', (ground) => {
    expect(contrast(tokens['edge']!, tokens[ground]!)).toBeGreaterThanOrEqual(3);
  });
});

describe('colours', () => {
  it('are the same names in both schemes, but the marks of plugins and the shadow', () => {
    const own = Object.keys(read(light)).filter((name) => !name.startsWith('mark-') && name !== 'on-mark');
    expect(Object.keys(read(dark)).sort()).toEqual(own.sort());
  });
});
