import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judgeRenames, type Verdict } from '../testing/judge-renames.ts';
import { writtenSection } from '../testing/written-section.ts';

const verdicts: readonly Verdict[] = ['right', 'asked', 'wrong', 'silent'];

describe('a hundred renames', () => {
  const judged = judgeRenames();
  const count = (list: typeof judged, verdict: Verdict) => list.filter((one) => one.verdict === verdict).length;

  it('are each proposed or asked, and none is passed over', () => {
    expect(judged.length).toBeGreaterThan(100);
    expect(judged.filter(({ verdict }) => verdict === 'silent')).toEqual([]);
    expect(count(judged, 'wrong')).toBeLessThanOrEqual(2);
    expect(count(judged, 'right') / judged.length).toBeGreaterThan(0.8);
  });

  it('are counted in docs/lint.md as they come out (else run this with -u)', async () => {
    const row = (name: string, list: typeof judged) =>
      `| ${[name, list.length, ...verdicts.map((verdict) => count(list, verdict))].join(' | ')} |`;
    const kinds = Map.groupBy(judged, ({ kind }) => kind);
    const table = [
      `| what changed | things | ${verdicts.join(' | ')} |`,
      `|---|---|---|---|---|---|`,
      ...Array.from(kinds, ([kind, list]) => row(kind, list)),
      row('**all**', judged),
    ].join('\n');
    const text = writtenSection(readFileSync('docs/lint.md', 'utf8'), 'renames', table);
    await expect(text).toMatchFileSnapshot('../../../docs/lint.md');
  });
});
