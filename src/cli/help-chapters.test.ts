import { describe, expect, it } from 'vitest';
import { commands } from './commands/index.ts';
import { chapterOf, chapters, groups } from './help-chapters.ts';

const first = [...new Set(commands.map(({ name }) => name.split(' ', 1)[0]!))];

describe('the help of lockstep', () => {
  it('has a chapter for every command, and no command that is not there', () => {
    for (const word of first) expect([word, chapterOf(word)]).not.toEqual([word, 'More:']);
    for (const { words } of chapters) for (const word of words) expect(first).toContain(word);
  });

  it('describes every word that is not a command by itself', () => {
    const names = new Set(commands.map(({ name }) => name));
    const needed = new Set<string>();
    for (const { name } of commands) {
      const words = name.split(' ');
      for (let count = 1; count < words.length; count++) needed.add(words.slice(0, count).join(' '));
    }
    const without = [...needed].filter((path) => !names.has(path) && groups[path] === undefined);
    expect(without).toEqual([]);
  });

  it('ends no summary with a full stop where others have none', () => {
    for (const text of Object.values(groups)) expect(text).not.toMatch(/\.$/);
  });
});
