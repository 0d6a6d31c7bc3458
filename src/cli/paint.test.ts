import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { paint, paintError } from './paint.ts';
import { formatTable } from './table.ts';

const table = formatTable(['agent', 'state', 'last seen'], [['floor-2', 'online', 'now']]);
const texts = [
  table,
  'plugin.xml:3:5 warning property-removed',
  '@@ -1 +1 @@\n-old\n+new',
  '→ lockstep run retry 1',
  'It failed for a reason.',
];

describe('colour', () => {
  it('adds nothing but colour', () => {
    for (const text of texts) expect(stripVTControlCharacters(paint(text))).toBe(text);
    expect(stripVTControlCharacters(paintError('data-busy: Busy.\n→ Wait.'))).toBe('data-busy: Busy.\n→ Wait.');
  });

  it('marks heads, states, severities, differences and what to do next, and leaves prose alone', () => {
    const [head = '', row = ''] = paint(table).split('\n');
    expect(head).toContain('\u001b[1m');
    expect(row).toContain('\u001b[32monline');
    for (const text of texts.slice(1, 4)) expect(paint(text)).not.toBe(text);
    expect(paint(texts[4]!)).toBe(texts[4]);
  });
});
