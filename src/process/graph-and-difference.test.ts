import { describe, expect, it } from 'vitest';
import {
  type Activity,
  checkGraph,
  diffProcesses,
  type Edge,
  formatDifference,
  listUses,
  type ProcessDocument,
} from './index.ts';

const activity = (name: string, more = {}): Activity => ({ type: 'finish', name, ...more });
const edge = (from: string | null, to: string, type: Edge['type'] = 'ALWAYS'): Edge => ({
  ...(from !== null && { from }),
  to,
  type,
});
const process = (children: readonly Activity[], edges: readonly Edge[], more = {}): ProcessDocument => ({
  name: 'P',
  rootActivity: { type: 'graph', name: 'root', children, edges },
  ...more,
});
const use = (name: string, properties = {}, more = {}): Activity =>
  activity(name, { type: 'plugin', pluginName: 'Shell', pluginVersion: 3, commandName: 'Run', properties, ...more });

describe('checking graphs', () => {
  it.each([
    ['nothing wrong', process([activity('A'), activity('B')], [edge(null, 'A'), edge('A', 'B')]), []],
    ['an unknown end', process([activity('A')], [edge(null, 'A'), edge('A', 'X')]), ['unknown-edge-end']],
    [
      'an activity that nothing leads to',
      process([activity('A'), activity('B')], [edge(null, 'A')]),
      ['unreachable-activity'],
    ],
    ['a cycle', process([activity('A'), activity('B')], [edge(null, 'A'), edge('A', 'B'), edge('B', 'A')]), ['cycle']],
    ['two of one name', process([activity('A'), activity('A')], [edge(null, 'A')]), ['duplicate-activity']],
    [
      'a reference to an activity that does not exist, and not to a scope',
      process([use('A', { x: '${p:B/out} ${p:resource/x} ${p:component.name/y} ${p?:A/own}' })], [edge(null, 'A')]),
      ['lost-reference'],
    ],
    [
      'a use without a version',
      process([use('A', {}, { pluginVersion: 'latest' })], [edge(null, 'A')]),
      ['use-not-readable'],
    ],
    [
      'a fault in a graph inside an activity',
      process([activity('A', { children: [process([activity('B')], []).rootActivity] })], [edge(null, 'A')]),
      ['unreachable-activity'],
    ],
  ])('finds %s', (_, document, codes) => {
    expect(checkGraph(document).map(({ code }) => code)).toEqual(codes);
  });

  it('stands a chain of a hundred thousand activities', () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `A${index}`);
    const edges = names.map((name, index) => edge(index === 0 ? null : (names[index - 1] as string), name));
    expect(
      checkGraph(
        process(
          names.map((name) => activity(name)),
          edges,
        ),
      ),
    ).toEqual([]);
  });
});

describe('listing uses', () => {
  it('[SCOPE-1] finds uses at any depth, with their path and their values as they are', () => {
    const inner = activity('Each', { children: [use('Deep', { flag: true, count: 3, text: 'x' })] });
    expect(listUses(process([use('Top', {}, { pluginId: 'org.shell', pluginVersion: '4' }), inner], []))).toMatchObject(
      [
        { path: [0], activity: 'Top', pluginId: 'org.shell', pluginVersion: 4 },
        { path: [1, 0], activity: 'Deep', pluginId: null, properties: { flag: true, count: 3, text: 'x' } },
      ],
    );
  });
});

describe('the difference of two documents', () => {
  const before = process([use('A', { host: 'x', secret: 'old' }), activity('B')], [edge(null, 'A'), edge('A', 'B')]);
  const after = process(
    [use('A', { host: 'y', secret: 'new', port: '1' }, { pluginVersion: 4, workingDir: '/' }), activity('C')],
    [edge(null, 'A'), edge('A', 'C', 'SUCCESS')],
    { description: 'later' },
  );

  it('tells activities, uses, properties, fields and edges apart, and hides secure values', () => {
    const difference = diffProcesses(before, after, {
      secrets: { ofUse: (_use, property) => property === 'secret', holds: () => false },
    });
    expect(formatDifference(difference)).toBe(
      [
        '+ description: later',
        '~ "A" (Shell: Run @ 3 → Shell: Run @ 4)',
        '    - properties.host: x',
        '    + properties.host: y',
        '    - properties.secret: (secret)',
        '    + properties.secret: (secret)',
        '    + properties.port: 1',
        '    + workingDir: /',
        '- "B"',
        '    - type: finish',
        '+ "C"',
        '    + type: finish',
        '- edge "A" → "B" on ALWAYS',
        '+ edge "A" → "C" on SUCCESS',
      ].join('\n'),
    );
    expect(JSON.stringify(difference)).not.toMatch(/old|new/);
  });

  it('is empty for documents that differ in order alone', () => {
    const reordered = process(
      [activity('B'), use('A', { secret: 'old', host: 'x' })],
      [edge('A', 'B'), edge(null, 'A')],
    );
    expect(diffProcesses(before, reordered)).toEqual({ same: true, fields: [], activities: [], edges: [] });
  });

  it('hides the values of SECURE definitions', () => {
    const withDefinition = (value: string) => process([], [], { propDefs: [{ name: 'p', type: 'SECURE', value }] });
    expect(formatDifference(diffProcesses(withDefinition('one'), withDefinition('two')))).not.toMatch(/one|two/);
  });
});
