import { describe, expect, it } from 'vitest';
import { meant } from './meant.ts';

describe('what is typed into the palette', () => {
  it('is a verb and what it is about', () => {
    expect(meant('install Cisco')).toEqual({ verb: 'install', words: 'cisco', number: null });
    expect(meant('run Restart a desk phone')).toEqual({ verb: 'run', words: 'restart a desk phone', number: null });
  });

  it('is the number of a plan after any words that lead to it', () => {
    expect(meant('go to plan 14')).toEqual({ verb: 'open', words: '14', number: '14' });
    expect(meant('aller à 14')).toEqual({ verb: 'open', words: '14', number: '14' });
  });

  it('is only words where it begins with no verb', () => {
    expect(meant(' runner ')).toEqual({ verb: null, words: 'runner', number: null });
    expect(meant('')).toEqual({ verb: null, words: '', number: null });
  });
});
