import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ExportedProcess,
  type ExportShape,
  fillExport,
  formatDocument,
  formatJson,
  ownExport,
  parseDocument,
  readExport,
} from './index.ts';

const graph = { type: 'graph', name: 'g', edges: [], children: [] };
const bare = (name: string, more = {}) => ({ name, ...more, rootActivity: graph });

const writeExport = (shape: ExportShape, processes: readonly (ExportedProcess | null)[]): string =>
  formatJson(
    fillExport(
      shape,
      processes.map((one) => one?.document ?? null),
    ),
  );

function read(value: unknown) {
  return readExport(JSON.stringify(value), 'export.json');
}

describe('reading an export', () => {
  it.each([
    ['a generic process', bare('P', { properties: [] }), [['generic', null, 'P']]],
    ['a component process', bare('P', { takesVersion: true, status: '' }), [['component', null, 'P']]],
    [
      'a process that says what it is',
      bare('P', { entityType: 'GenericProcess', status: '' }),
      [['generic', null, 'P']],
    ],
    [
      'a component',
      { name: 'C', processes: [bare('P'), bare('Q')] },
      [
        ['component', 'C', 'P'],
        ['component', 'C', 'Q'],
      ],
    ],
    [
      'a template by its type',
      { entityType: 'ComponentTemplate', name: 'T', processes: [bare('P')] },
      [['template', 'T', 'P']],
    ],
    [
      'a template by its path',
      { path: 'componentTemplates/1', name: 'T', processes: [bare('P')] },
      [['template', 'T', 'P']],
    ],
    [
      'a component with its template inside',
      { name: 'C', componentTemplate: { name: 'T', processes: [bare('P')] }, processes: [bare('Q')] },
      [
        ['component', 'C', 'Q'],
        ['template', 'T', 'P'],
      ],
    ],
    [
      'an application',
      {
        name: 'A',
        components: [{ name: 'C', processes: [bare('P')] }],
        processes: [bare('of A')],
        genericProcesses: [bare('G')],
      },
      [
        ['component', 'C', 'P'],
        ['generic', null, 'G'],
      ],
    ],
    [
      'a list of anything',
      [bare('P'), { name: 'C', processes: [bare('Q')] }],
      [
        ['generic', null, 'P'],
        ['component', 'C', 'Q'],
      ],
    ],
  ])('finds the processes of %s', (_, value, expected) => {
    const { processes, shape } = read(value);
    expect(processes.map(({ kind, owner, name }) => [kind, owner, name])).toEqual(expected);
    expect(writeExport(shape, processes)).toBe(`${JSON.stringify(value, null, 4)}\n`);
  });

  it('writes processes of different files as one document and reads it again', () => {
    const processes = [...read(bare('P')).processes, ...read({ name: 'C', processes: [bare('Q')] }).processes];
    const own = readExport(formatJson(ownExport(processes)), 'own.json');
    expect(own.processes).toEqual(processes);
    expect(writeExport(own.shape, [null, processes[1] ?? null])).toContain(
      '"processes": [\n        {\n            "kind": "component"',
    );
  });

  it('puts a changed process where the old one stood and takes a missing one out', () => {
    const { shape, processes } = read({ name: 'C', tags: [1], processes: [bare('P'), bare('Q')], last: true });
    const [, second] = processes;
    const changed = { ...second, document: { ...second?.document, description: 'new' } } as (typeof processes)[0];
    expect(JSON.parse(writeExport(shape, [null, changed]))).toEqual({
      ...{ name: 'C', tags: [1], last: true },
      processes: [{ ...bare('Q'), description: 'new' }],
    });
  });

  it('stores the shape as JSON', () => {
    const text = JSON.stringify([{ name: 'C', processes: [bare('P')] }, bare('Q')]);
    const { shape, processes } = readExport(text, 'x');
    expect(JSON.parse(writeExport(JSON.parse(JSON.stringify(shape)), processes))).toEqual(JSON.parse(text));
  });

  it('loses nothing: unknown fields, key order, digits beyond the reach of JavaScript, __proto__', () => {
    const text =
      '{"z":1.0,"name":"P","id":12345678901234567890,"__proto__":{"a":1e5},"rootActivity":{"children":[],"y":-0},"a":null}';
    const { shape, processes } = readExport(text, 'x');
    expect(writeExport(shape, processes).replaceAll(/\s/g, '')).toBe(text);
    const [process] = processes;
    expect(process && formatDocument(process.document)).toBe(text);
    expect(process && formatDocument(parseDocument(formatDocument(process.document)))).toBe(text);
  });

  it('loses nothing of any JSON around and inside a process', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (around, inside) => {
        const text = `{"x":${around},"processes":[{"name":"P","rootActivity":{},"y":${inside}}]}`;
        const { shape, processes } = readExport(text, 'x');
        expect(JSON.stringify(JSON.parse(writeExport(shape, processes)))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it.each([
    ['{\n "name": "P",\n "rootActivity": {"children": [', 3, 32, 'cut off'],
    ['{"name": "P', 1, 10, 'cut off inside a string'],
    ['{"a": 1,}', 1, 9, 'where a key'],
    ['[1, 2,, 3]', 1, 7, 'where a value'],
    ['{"a": 1, "b": {"c": 1,\n"c": 2}}', 2, 1, 'the key "c" stands twice'],
    ['{"a": "x\ny"}', 1, 9, 'control character'],
    ['{"a": 01}', 1, 7, 'not written as JSON'],
    ['{"a": "\\x"}', 1, 8, 'not an escape'],
    ['{"a": tru}', 1, 7, 'where a value'],
    ['{} {}', 1, 4, 'more text after the end'],
    ['', 1, 1, 'cut off'],
    [`${'['.repeat(500)}${']'.repeat(500)}`, 1, 401, 'nested deeper'],
  ])('names the place of a fault: %j', (text, line, column, words) => {
    expect(() => readExport(text, 'export.json')).toThrow(
      expect.objectContaining({
        code: 'json-not-valid',
        message: expect.stringContaining(words),
        where: { file: 'export.json', line, column },
      }),
    );
  });

  it('agrees with JSON.parse on what is JSON', () => {
    const almost = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', ']', '"', ' ', 'e', '0', '-', '\\', ':'))
      .map(
        ([text, at, char]) =>
          `${text.slice(0, at % (text.length + 1))}${char}${text.slice((at % (text.length + 1)) + 1)}`,
      );
    fc.assert(
      fc.property(fc.oneof(fc.json(), almost), (text) => {
        const error = failure(() => readExport(text, 'x.json'));
        const message = String(error);
        if (message.includes('stands twice')) return;
        expect(message.includes('This is not valid JSON')).toBe(failure(() => JSON.parse(text)) !== null);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['{"a": 1}', 1, 1],
    ['{\n "processes": [\n  {"name": "P", "rootActivity": 3}]}', 3, 3],
    ['[\n {"name": "P", "rootActivity": {"children": [{"type": "x"}]}}]', 2, 2],
    ['[\n\n {"name": "P", "rootActivity": {"edges": [{"from": "x"}]}}]', 3, 2],
  ])('says where something is no process: %j', (text, line, column) => {
    expect(() => readExport(text, 'x')).toThrow(
      expect.objectContaining({ code: 'process-not-valid', where: { file: 'x', line, column } }),
    );
  });
});

function failure(act: () => unknown): unknown {
  try {
    act();
    return null;
  } catch (error) {
    return error;
  }
}

const corpus = fileURLToPath(new URL('../../../shared/corpus/processes', import.meta.url));
const absent = existsSync(corpus) ? '' : ' (skipped: the corpus is not here)';

describe.skipIf(absent !== '')(`real exports${absent}`, () => {
  const files = absent ? [] : readdirSync(corpus).filter((file) => file !== 'cut-off.json');

  it.each(files)('%s comes back as it went in', (file) => {
    const text = readFileSync(`${corpus}/${file}`, 'utf8');
    const { shape, processes } = readExport(text, file);
    expect(processes.length).toBeGreaterThan(0);
    expect(JSON.stringify(JSON.parse(writeExport(shape, processes)))).toBe(JSON.stringify(JSON.parse(text)));
  });

  it('cut-off.json is one error where the list breaks off', () => {
    const text = readFileSync(`${corpus}/cut-off.json`, 'utf8');
    expect(() => readExport(text, 'cut-off.json')).toThrow(
      expect.objectContaining({ code: 'json-not-valid', where: { file: 'cut-off.json', line: 1192, column: 5 } }),
    );
  });
});
