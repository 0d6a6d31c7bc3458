import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readExport, readWritten } from './index.ts';

const value = (text: string): unknown => readWritten(text, 'export.yaml').value;

describe('reading YAML', () => {
  it('gives the value that any JSON value was written for', () => {
    const written = fc.record({
      lineWidth: fc.constantFrom(0, 20, 80),
      indent: fc.constantFrom(2, 4),
      indentSeq: fc.boolean(),
      collectionStyle: fc.constantFrom('any' as const, 'flow' as const),
      defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_DOUBLE' as const, 'QUOTE_SINGLE' as const),
    });
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), written, (given, style) => {
        const json = JSON.stringify(given);
        expect(JSON.stringify(value(stringify(JSON.parse(json), { ...style, compat: 'yaml-1.1' })))).toBe(json);
      }),
    );
  });

  it('keeps what programs read differently as the text that it is, and every digit of a number', () => {
    const text =
      'a: [007, 0x1F, 0o7, .inf, 1_000, +5, yes, off, 2020-01-01, 1:20]\nb: [1.0, 12345678901234567890, 1e5, -0]\n';
    expect(JSON.stringify(value(text))).toBe(
      '{"a":["007","0x1F","0o7",".inf","1_000","+5","yes","off","2020-01-01","1:20"],"b":[1.0,12345678901234567890,1e5,-0]}',
    );
  });

  it('reads an alias as what it stands for there, also where a name is given twice', () => {
    expect(value('[&x 1, &b [*x], &x 2, *b, *x]')).toEqual([1, [1], 2, [1], 2]);
  });

  it('reads JSON in a YAML file, tabs and all, and knows YAML by its text where the file says nothing', () => {
    expect(value('{\n\t"a": 1\n}')).toEqual({ a: 1 });
    expect(readWritten('a: 1', 'an upload').value).toEqual({ a: 1 });
    expect(readWritten('\ufeff---\r\na: x\r\n', 'an upload').value).toEqual({ a: 'x' });
    expect(readWritten('\ufeff- a: x\n  b: y\n', 'list.yaml').value).toEqual([{ a: 'x', b: 'y' }]);
  });

  it.each([
    ['a: !own 3', 1, 9, 'tag !own'],
    ['a: !!binary aGVsbG8=', 1, 13, 'binary has no meaning'],
    ['a: 1\na: 2', 2, 1, '"a" stands twice'],
    ['a: &a [*a]', 1, 8, 'holds itself'],
    ['a: *b', 1, 4, 'nothing is called &b'],
    ['x: &x 1\ny:\n  <<: *x', 3, 3, 'merge key'],
    ['x: &x {a: 1}\ny:\n  <<: *x\n  <<: *x', 4, 3, 'stands twice'],
    ['? [1]\n: 2', 1, 3, 'a key is no text'],
    ['a: 1\n---\nb: 2', 2, 1, 'several documents'],
    ['a: "x\n', 2, 1, 'missing closing'],
  ])('refuses by name, with its place: %j', (text, line, column, words) => {
    expect(() => value(text)).toThrow(
      expect.objectContaining({
        code: 'yaml-not-valid',
        message: expect.stringContaining(words),
        where: { file: 'export.yaml', line, column },
      }),
    );
  });

  it('refuses what is nested without end', () => {
    for (const deep of [
      `a: ${'['.repeat(30_000)}`,
      `${'- '.repeat(3000)}x`,
      `${'{a: '.repeat(500)}x${'}'.repeat(500)}`,
    ])
      expect(() => value(deep)).toThrow('deeper than 400');
  });

  it('refuses aliases that grow without end, in breadth and in depth', () => {
    const bomb = (how: (before: string) => string): string =>
      `a0: &a0 lol\n${Array.from({ length: 500 }, (_, index) => `a${index + 1}: &a${index + 1} ${how(`*a${index}`)}`).join('\n')}`;
    expect(() => value(bomb((before) => `[${before}, ${before}, ${before}]`))).toThrow('grow beyond measure');
    expect(() => value(bomb((before) => `[${before}]`))).toThrow('deeper than 400');
  });

  it('reads merge keys: what a map has itself counts first, then the first of several maps', () => {
    const bases = 'a: &a {host: one, port: 1}\nb: &b {port: 2, user: u}\n';
    expect(value(`${bases}c:\n  name: x\n  <<: [*a, *b]\n  port: 3\nd:\n  <<: *b\n"<<": text\n`)).toMatchObject({
      c: { name: 'x', host: 'one', user: 'u', port: 3 },
      d: { port: 2, user: 'u' },
      '<<': 'text',
    });
  });

  it('refuses process as code by its name', () => {
    const pac = 'start is\n  start "Copy"\nend\nplugin step "Copy" is\n  plugin "Files"\nend\n';
    for (const file of ['deploy.pac', 'an upload'])
      expect(() => readWritten(pac, file)).toThrow(expect.objectContaining({ code: 'process-as-code' }));
  });

  it('finds the processes of an export, and says where one is none', () => {
    const { processes } = readExport('name: C\nprocesses:\n- name: P\n  draft: true\n  rootActivity: {}\n', 'c.yml');
    expect(processes).toEqual([
      { kind: 'component', owner: 'C', name: 'P', draft: true, document: { name: 'P', draft: true, rootActivity: {} } },
    ]);
    expect(() => readExport('name: C\nprocesses:\n- name: P\n  rootActivity: 3\n', 'c.yml')).toThrow(
      expect.objectContaining({ code: 'process-not-valid', where: { file: 'c.yml', line: 3, column: 3 } }),
    );
  });
});
