import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { EmptiedStore } from '../../../test/arbitraries/emptied-store.ts';
import { propertyRuns } from '../../../test/arbitraries/property-runs.ts';
import { formatWritten } from '../../process/index.ts';
import {
  type Catalogue,
  exportProcesses,
  importProcesses,
  listProcesses,
  openCatalogue,
  saveProcess,
  showProcess,
} from '../index.ts';

const stores = { first: new EmptiedStore(), second: new EmptiedStore() };
afterAll(() => Promise.all([stores.first.close(), stores.second.close()]));

const empty = async (which: keyof typeof stores = 'first'): Promise<Catalogue> =>
  openCatalogue(await stores[which].take(), { user: 'ada' });

const process = (name: string, more: object = {}) => ({
  name,
  ...more,
  rootActivity: {
    type: 'graph',
    name: 'graph',
    edges: [{ to: 'finish', type: 'ALWAYS' }],
    children: [{ type: 'finish', name: 'finish' }],
  },
});

/** What a catalogue holds: every process by its identity. */
async function held(catalogue: Catalogue): Promise<string[]> {
  const { processes } = await listProcesses(catalogue, { limit: null });
  const all = await Promise.all(
    processes.map(async ({ id, kind, owner, name }) =>
      JSON.stringify([kind, owner, name, (await showProcess(catalogue, id)).document]),
    ),
  );
  return all.sort();
}

async function roundTrip(files: readonly { file: string; text: string }[]): Promise<[string[], string[], string]> {
  const first = await empty();
  for (const one of files) await importProcesses(first, one);
  const { text, format } = await exportProcesses(first, { hide: null });
  const second = await empty('second');
  await importProcesses(second, { text, file: `all.${format}` });
  return [await held(first), await held(second), text];
}

describe('[DO-10] export after import loses nothing', () => {
  const folder = fileURLToPath(new URL('../../../../shared/corpus/cases/R14-export-all', import.meta.url));
  it.skipIf(!existsSync(folder))(
    'three files of one process each, one by one (skipped where the corpus is absent)',
    async () => {
      const files = readdirSync(folder).map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
      const [before, after] = await roundTrip(files);
      expect(before).toHaveLength(3);
      expect(after).toEqual(before);
    },
  );

  it('a template that two components embed stays in both, and what changes is written to each', async () => {
    const template = { name: 'T', processes: [process('P')] };
    const application = {
      name: 'App',
      components: ['one', 'two'].map((name) => ({ name, componentTemplate: template })),
    };
    const text = `\ufeff${JSON.stringify(application, null, 3).replaceAll('\n', '\r\n')}`;
    const catalogue = await empty();
    const { problems } = await importProcesses(catalogue, { text, file: 'app.json' });
    expect(problems).toEqual([]);
    expect((await exportProcesses(catalogue, { hide: null })).text).toBe(text);
    const shown = await showProcess(catalogue, 'P');
    await saveProcess(catalogue, {
      id: shown.id,
      document: { ...shown.document, description: 'new' },
      expectedVersion: shown.version,
    });
    const exported: { components: { componentTemplate: { processes: { description?: string }[] } }[] } = JSON.parse(
      (await exportProcesses(catalogue, { hide: null })).text.slice(1),
    );
    expect(exported.components.map((one) => one.componentTemplate.processes[0]!.description)).toEqual(['new', 'new']);
    const lines = (await exportProcesses(catalogue, { hide: null })).text.split('\r\n');
    const fresh = lines.filter((line) => !text.split('\r\n').includes(line));
    expect(new Set(fresh.map((line) => line.trim()))).toEqual(new Set(['"description": "new",']));
  });

  it('what was written in YAML comes back as YAML, with its comments, changed in the lines of what changed', async () => {
    const text =
      '# ours\nname: C # short\nprocesses:\n- name: P\n  rootActivity: {type: graph, name: g, edges: [], children: []}\n';
    const catalogue = await empty();
    await importProcesses(catalogue, { text, file: 'c.yaml' });
    expect((await exportProcesses(catalogue, { hide: null })).text).toBe(text);
    const shown = await showProcess(catalogue, 'P');
    const document = { ...shown.document, description: 'new' };
    await saveProcess(catalogue, { id: shown.id, document, expectedVersion: shown.version });
    expect((await exportProcesses(catalogue, { hide: null })).text).toBe(`${text}  description: new\n`);
  });

  it('is the same in JSON and in YAML, whichever it came in and however numbers are written', async () => {
    const json = `{"name":"P","count":1.50,"long":12345678901234567890,"no":"yes","list":[],"at":"2020-01-01","rootActivity":{"type":"graph","name":"g","children":[]}}`;
    const catalogue = await empty();
    await importProcesses(catalogue, { text: json, file: 'p.json' });
    const { text: yaml, format } = await exportProcesses(catalogue, { format: 'yaml', hide: null });
    expect([format, yaml.split('\n').slice(0, 6)]).toEqual([
      'yaml',
      ['name: P', 'count: 1.50', 'long: 12345678901234567890', '"no": "yes"', 'list: []', 'at: "2020-01-01"'],
    ]);
    const other = await empty('second');
    await importProcesses(other, { text: yaml, file: 'p.yaml' });
    expect(await exportProcesses(other, { hide: null })).toEqual({ text: yaml, format: 'yaml' });
    const back = await exportProcesses(other, { format: 'json', hide: null });
    expect(back.text.replace(/\s/g, '')).toBe(json);
  });

  it('n documents in any grouping, imported, exported and imported again, are equal', async () => {
    const names = fc.uniqueArray(
      fc.constantFrom('A', 'A ', 'B', 'C/D', 'e.f g', 'Ä', 'A\u030a', 'yes', '1.50', 'constructor'),
      { minLength: 1, maxLength: 5 },
    );
    const document = fc.record({
      note: fc.jsonValue({ maxDepth: 2 }),
      draft: fc.constantFrom(true, 'true', false, null),
      secret: fc.constantFrom('crypt_v1{c2VjcmV0}', 'crypt_v1{b3RoZXI=}', ''),
    });
    const file = fc.record({
      names,
      document,
      shape: fc.constantFrom('bare', 'component', 'application', 'list'),
      extra: fc.jsonValue({ maxDepth: 1 }),
      indent: fc.constantFrom(undefined, 2, 3, '\t'),
      yaml: fc.boolean(),
      ends: fc.record({ crlf: fc.boolean(), mark: fc.boolean(), newline: fc.boolean() }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 4 }), async (given) => {
        const files = given.map(({ names, document, shape, extra, indent, yaml, ends }, index) => {
          const processes = names.map((name) => process(name, { ...document, size: 'SIZE' }));
          const template = { name: `T${index}`, processes, extra };
          const value =
            shape === 'bare'
              ? processes[0]
              : shape === 'list'
                ? processes
                : shape === 'component'
                  ? { name: `C${index}`, entityType: 'Component', processes, extra }
                  : {
                      name: 'App',
                      components: [
                        { name: 'one', componentTemplate: template },
                        { name: 'two', componentTemplate: template },
                      ],
                      extra,
                    };
          const lines = yaml ? formatWritten(value, 'yaml').trimEnd() : JSON.stringify(value, null, indent);
          // a number that JSON's own reader would change
          const text = lines.replaceAll(/"?SIZE"?/g, index % 2 === 0 ? '12345678901234567890' : '1.50');
          const whole = `${ends.mark ? '\ufeff' : ''}${text}${ends.newline ? '\n' : ''}`;
          return {
            file: `${index}.${yaml ? 'yaml' : 'json'}`,
            text: ends.crlf ? whole.replaceAll('\n', '\r\n') : whole,
          };
        });
        const [before, after, text] = await roundTrip(files);
        expect(after).toEqual(before);
        if (files.length === 1) expect(text).toBe(files[0]!.text);
      }),
      propertyRuns,
    );
  });
});
