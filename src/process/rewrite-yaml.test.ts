import { diffLines } from 'diff';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readWritten } from './index.ts';

function rewritten(text: string, change: (value: never) => void): string {
  const written = readWritten(text, 'p.yaml');
  const after = structuredClone(written.value);
  change(after as never);
  return written.rewrite(after);
}

/** Lines that went and lines that came. */
function changedLines(before: string, after: string): [gone: string[], come: string[]] {
  const parts = diffLines(before, after);
  const lines = (which: 'removed' | 'added') =>
    parts.filter((part) => part[which]).flatMap(({ value }) => value.replace(/\r?\n$/, '').split(/\r?\n/));
  return [lines('removed'), lines('added')];
}

const process = [
  '# kept by the team',
  'name: Deploy   # as in the ticket',
  'rootActivity:',
  '  children:',
  '  - name: Pack',
  '    # must stay at one',
  '    pluginVersion: 1   # see below',
  "    commandName: 'Pack'",
  '    properties:',
  '      host: "h"',
  '      note: n # why',
  '      script: |',
  '        one',
  '        two',
  '',
  '      size: 10',
  '  - name: Seal',
  '    properties: {glue: hot, "q": 1}',
  '    edges: []',
  '',
].join('\n');

describe('a YAML text whose value changed', () => {
  it('changes in the lines of changed values, with comments, quotes and blanks as they were', () => {
    const after = rewritten(process, (value: { rootActivity: { children: Record<string, unknown>[] } }) => {
      const [pack] = value.rootActivity.children;
      Object.assign(pack!, { pluginVersion: 2, commandName: "Pack 'n' go" });
      pack!['properties'] = { address: 'h', script: 'one\n2\nthree\n', size: '012', wrap: 'yes' };
    });
    expect(changedLines(process, after)).toEqual([
      [
        '    pluginVersion: 1   # see below',
        "    commandName: 'Pack'",
        '      host: "h"',
        '      note: n # why',
        '        two',
        '      size: 10',
      ],
      [
        ...[
          '    pluginVersion: 2   # see below',
          "    commandName: 'Pack ''n'' go'",
          '      address: "h"',
          '      # why',
        ],
        ...['        2', '        three', '      size: "012"', '      wrap: "yes"'],
      ],
    ]);
  });

  it('changes maps and lists that stand in one line', () => {
    const change = (value: { rootActivity: { children: Record<string, unknown>[] } }): void => {
      Object.assign(value.rootActivity.children[1]!, { properties: { q: 1, r: 'a, b' }, edges: [{ to: 'x' }] });
    };
    expect(changedLines(process, rewritten(process, change as never))[1]).toEqual([
      '    properties: {"q": 1, r: "a, b"}',
      '    edges: [ { "to": "x" } ]',
    ]);
  });

  it('takes out and puts in items of lists', () => {
    const text = 'a:\n  # first\n  - name: x\n    v: 1\n  - name: y\n  - name: z # last\nb: 1';
    const change = (value: { a: object[]; b?: number; c?: number }): void => {
      value.a.splice(1, 1, { name: 'm', w: [1, { k: '' }] });
      delete value.b;
      value.c = 3;
    };
    expect(rewritten(text, change as never)).toBe(
      'a:\n  # first\n  - name: x\n    v: 1\n  - name: m\n    w:\n      - 1\n      - k: ""\n  - name: z # last\nc: 3',
    );
  });

  it('lets an alias be one where it still fits, and writes it out where not', () => {
    const text = 'a: &x {v: 1}\nb: *x # as a\nc: *x\nd: &y [1]\ne: *y\n';
    expect(
      rewritten(text, (value: Record<string, { v: number }>) => {
        value['a'] = value['b'] = { v: 2 };
      }),
    ).toBe('a: &x {v: 2}\nb: *x # as a\nc: { "v": 1 }\nd: &y [1]\ne: *y\n');
    expect(
      rewritten(text, (value: Record<string, unknown>) => {
        value['c'] = { v: 1, w: 2 };
        delete value['d'];
      }),
    ).toBe('a: &x {v: 1}\nb: *x # as a\nc: { "v": 1, "w": 2 }\ne: [ 1 ]\n');
  });

  it('fills in what had no text, and keeps CRLF, the mark at the begin and a missing end of line', () => {
    expect(
      rewritten('\ufeffa:\r\nb: # nothing\r\n- \r\n- 1\r\nc:\r\n  d: 1', (value: Record<string, unknown>) => {
        Object.assign(value, { a: 'x', b: ['y', 1], c: 5 });
      }),
    ).toBe('\ufeffa: x\r\nb: # nothing\r\n- "y" \r\n- 1\r\nc: 5');
  });

  it('has the new value for every pair of values, in every layout, and its text for the same one', () => {
    const layout = fc.record({
      lineWidth: fc.constantFrom(0, 20, 80),
      indent: fc.constantFrom(2, 4),
      indentSeq: fc.boolean(),
      collectionStyle: fc.constantFrom('any' as const, 'flow' as const),
      defaultStringType: fc.constantFrom(
        'PLAIN' as const,
        'QUOTE_DOUBLE' as const,
        'QUOTE_SINGLE' as const,
        'BLOCK_LITERAL' as const,
      ),
    });
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('yes', '007', 'a\nb\n', ' a\n b', 'a: b', '# c', '- d', '\n\n', 'x\n\n\n', "'", '"'),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, text, fc.integer(), fc.boolean(), fc.constant(null), tie('list'), tie('map')),
      list: fc.array(tie('value'), { maxLength: 4 }),
      map: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e f', '__proto__', 'no'), tie('value'), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(value, value, layout, fc.constantFrom('\n', '\r\n'), (before, after, style, lineEnd) => {
        const [old, now] = [JSON.parse(JSON.stringify(before)), JSON.parse(JSON.stringify(after))];
        const source = stringify(old, { ...style, compat: 'yaml-1.1' }).replaceAll('\n', lineEnd);
        const written = readWritten(source, 'p.yaml');
        expect(written.rewrite(written.value)).toBe(source);
        expect(JSON.stringify(readWritten(written.rewrite(now), 'p.yaml').value, sorted)).toBe(
          JSON.stringify(now, sorted),
        );
      }),
      { numRuns: 400 },
    );
  });

  it('keeps a merge key, writes out beside it what became another value, and follows what it names', () => {
    const text = 'a: &a\n  version: 1 # of both\n  host: h\nb:\n  <<: *a\n  name: B\nc:\n  <<: *a\n';
    type Merged = Record<'a' | 'b' | 'c', Record<string, unknown>>;
    const both = rewritten(text, ({ a, b, c }: Merged) => {
      for (const one of [a, b, c]) one['version'] = 2;
    });
    expect(changedLines(text, both)).toEqual([['  version: 1 # of both'], ['  version: 2 # of both']]);
    const one = rewritten(text, ({ b }: Merged) => {
      b['version'] = 2;
    });
    expect(changedLines(text, one)).toEqual([[], ['  version: 2']]);
    const first = rewritten(text, ({ a }: Merged) => {
      a['version'] = 2;
    });
    expect(readWritten(first, 'p.yaml').value).toMatchObject({
      a: { version: 2 },
      b: { version: 1 },
      c: { version: 1 },
    });
  });

  it('says so where a merged member would have to go, rather than writing what is not wanted', () => {
    const text = 'a: &a {version: 1, host: h}\nb:\n  <<: *a\n  name: B\n';
    const change = (value: { b: Record<string, unknown> }) => delete value.b['host'];
    expect(() => rewritten(text, change)).toThrow(expect.objectContaining({ code: 'yaml-not-written' }));
  });
});

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
