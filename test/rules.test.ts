import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ruleProbes } from './rules/probe-rules.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = await readFile(`${root}/docs/rules.md`, 'utf8');
const rules = Array.from(page.matchAll(/^### ([A-Z]+-\d+):/gm), ([, id]) => id as string);

describe('the numbered rules', () => {
  it('are all there, each with an example', () => {
    expect(rules).toHaveLength(new Set(rules).size);
    expect(rules.length).toBeGreaterThanOrEqual(28);
    const sections = page.split(/^### /m).slice(1);
    expect(sections.filter((section) => !/^> /m.test(section)).map((section) => section.split('\n', 1)[0])).toEqual([]);
  });

  // such a test fails where the code that cites the rule does not run in it: rules/rules-ran.ts
  it('are each quoted by the title of a unit test', async () => {
    const files = (await filesIn('src')).filter((file) => file.endsWith('.test.ts'));
    const titles = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).flatMap(titlesOf);
    expect(rules.filter((rule) => !titles.some((title) => title.includes(`[${rule}]`)))).toEqual([]);
  });

  it('are each cited by code that can be seen to run', async () => {
    const files = (await filesIn('src')).filter((file) => !file.endsWith('.test.ts'));
    const seen = await Promise.all(files.map(async (file) => ruleProbes(file, await readFile(file, 'utf8'))));
    const watched = new Set(seen.flat().map(({ rule }) => rule));
    expect(rules.filter((rule) => !watched.has(rule))).toEqual([]);
  });

  it('are the only ones that code and tests cite', async () => {
    const sources = await filesIn('src', 'test');
    const cited = new Set<string>();
    for (const file of sources) {
      for (const [, id] of (await readFile(file, 'utf8')).matchAll(/\[((?:SCOPE|CHAIN|SUCC|STEP|PROP|ASK|DO)-\d+)\]/g))
        cited.add(id as string);
    }
    expect([...cited].filter((id) => !rules.includes(id))).toEqual([]);
  });
});

async function filesIn(...folders: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(`${root}/${folder}`, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'));
    }),
  );
  return lists.flat().map(({ parentPath, name }) => `${parentPath}/${name}`);
}

/** First arguments of `it`, `test` and `describe`, also of their tables (`it.each([…])('title'`). */
function titlesOf(source: string): string[] {
  const plain = source.matchAll(/\b(?:it|test|describe)(?:\.\w+(?:\([^)]*\))?)*\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gs);
  const tables = source.matchAll(/\]\s*(?:as const)?\s*\)\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gs);
  return [...plain, ...tables].map(([, , title]) => title as string);
}
