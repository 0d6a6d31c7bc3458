import { describe, expect, it } from 'vitest';
import { commands } from './commands/index.ts';
import { manPages } from './man-pages.ts';

const pages = manPages(commands, '1.2.3');

describe('manual pages', () => {
  it('name every command, option and example', () => {
    const plain = (text: string): string =>
      text
        .replaceAll('\\-', '-')
        .replaceAll('\\(dq', '"')
        .replaceAll('\\e', '\\')
        .replace(/\\\[u([0-9A-F]+)\]/g, (_all, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
    for (const { name, options = [], examples } of commands) {
      const page = plain(pages.get(`lockstep-${name.split(' ', 1)[0]}.1`) ?? '');
      expect(page).toContain(`lockstep ${name}`);
      for (const { flags } of options) expect(page).toContain(flags);
      for (const example of examples) expect(page).toContain(example);
    }
  });

  it('begin no line with what the reader of manuals would take for an order', () => {
    const orders = /^\.(?:TH|SH|TP|PP|B|I|nf|fi)\b/;
    for (const [name, text] of pages)
      for (const line of text.split('\n').filter((one) => /^[.']/.test(one))) expect(line, name).toMatch(orders);
  });

  it('are written in letters that every reader of manuals takes', () => {
    for (const [name, text] of pages) expect(text, name).toMatch(/^[ -~\n]+$/);
  });
});
