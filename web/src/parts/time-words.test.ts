import { describe, expect, it } from 'vitest';
import { localeOf } from '../text/locale.ts';
import { duration, exactTime, timeAgo } from './time-words.ts';

const now = Date.UTC(2026, 10, 28, 12);
const before = (ms: number): number => now - ms;

describe('times in words', () => {
  it('are relative for a week, a date afterwards, with the year where it is another one', () => {
    expect(timeAgo(before(20_000), now, 'en-GB')).toBe('now');
    expect(timeAgo(before(5 * 60_000), now, 'en-GB')).toBe('5 min ago');
    expect(timeAgo(before(3 * 3_600_000), now, 'fr')).toMatch(/3.h/);
    expect(timeAgo(before(86_400_000), now, 'en-GB')).toBe('yesterday');
    expect(timeAgo(before(9 * 86_400_000), now, 'en-GB')).toBe('19 Nov');
    expect(timeAgo(before(400 * 86_400_000), now, 'en-GB')).toBe('24 Oct 2025');
  });

  it('are exact as the locale writes them', () => {
    expect(exactTime(now, 'en-GB')).toContain('28 November 2026');
    expect(exactTime(now, 'en-US')).toContain('November 28, 2026');
  });

  it('of a duration keep what is worth knowing', () => {
    expect(
      ['en', 'en', 'en', 'en', 'fr'].map((locale, index) =>
        duration([40, 1_234, 42_300, 102_000, 1_234][index]!, locale),
      ),
    ).toEqual(['40 ms', '1.2 s', '42 s', '1 min 42 s', '1,2 s']);
    expect(duration(7_500_000, 'en')).toBe('2 h 5 min');
  });
});

describe('the locale of numbers and times', () => {
  it('is the browser’s where that speaks the language of the page, else the language', () => {
    expect(localeOf('en', ['fr-FR', 'en-GB'])).toBe('en-GB');
    expect(localeOf('fr', ['en-GB'])).toBe('fr');
  });
});
