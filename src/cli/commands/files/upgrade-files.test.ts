import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type FilesRun, runFiles } from './testing/run-files.ts';
import { writeSamplePlugin } from './testing/sample-plugin.ts';

let plugin: Awaited<ReturnType<typeof writeSamplePlugin>>;
let plugins: string;
beforeAll(async () => {
  plugins = await mkdtemp(join(tmpdir(), 'lockstep-plugin-'));
  plugin = await writeSamplePlugin(plugins);
});
afterAll(() => rm(plugins, { recursive: true }));

async function tree(files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-files-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

const use = (stepType: string, properties: object, version: unknown = 1) => ({
  type: 'plugin',
  name: `do ${stepType}`,
  pluginName: 'Box Tools',
  pluginVersion: version,
  commandName: stepType,
  properties,
});
const process = (...children: object[]) => ({
  name: 'P',
  rootActivity: { type: 'graph', edges: [{ to: 'x', type: 'ALWAYS' }], children },
});
const written = (value: object, indent: number | string = 2): string => `${JSON.stringify(value, null, indent)}\n`;

interface Value {
  readonly totals: Record<string, number>;
  readonly files: {
    readonly file: string;
    readonly class: string;
    readonly problems: { code: string; message: string }[];
  }[];
}
const run = async (cwd: string, options: FilesRun['options'] = {}, more: Partial<FilesRun> = {}) => {
  const result = await runFiles({ cwd, ...plugin, options, ...more });
  return { ...result, value: result.value as Value };
};

describe('upgrading files', () => {
  it('puts every file into one of five classes, writes what it can and ends with the worst', async () => {
    const files = {
      'none.json': written({ 'a list': ['Box Tools'] }),
      'at the target.json': written(process(use('Pack Box', {}, 2))),
      'clean.json': written(process(use('Pack', { host: 'h', note: 'n' }))),
      'warned.json': written(process(use('Pack', { host: 'h', address: 'other' }))),
      'asks.json': written(process(use('Seal', {}))),
      'broken.json': '{"pluginName": "Box Tools", "pluginVersion": 1',
    };
    const cwd = await tree(files);
    const checked = await run(cwd, { check: true });
    expect(checked.value.totals).toEqual({
      ...{ untouched: 2, carried: 1, 'carried-with-warnings': 1, 'needs-answers': 1, refused: 1 },
    });
    for (const [name, text] of Object.entries(files)) expect(await readFile(join(cwd, name), 'utf8')).toBe(text);
    const { exitCode, value, text } = await run(cwd);
    expect(exitCode).toBe(5);
    expect(value.totals).toEqual(checked.value.totals);
    expect(text).toContain('broken.json:1:47 error json-not-valid');
    expect(await readFile(join(cwd, 'clean.json'), 'utf8')).toBe(
      written(process(use('Pack Box', { address: 'h', size: '12', wrap: 'paper' }, 2))).replace(
        '"do Pack Box"',
        '"do Pack"',
      ),
    );
    for (const name of ['none.json', 'at the target.json', 'asks.json', 'broken.json'] as const)
      expect(await readFile(join(cwd, name), 'utf8')).toBe(files[name]);
  });

  it.each([
    ['0 where everything is carried', process(use('Pack', { host: 'h' })), 0],
    ['4 where something is asked', process(use('Seal', {})), 4],
    ['5 where a value that somebody chose goes', process(use('Pack', { note: 'mine' })), 5],
  ])('ends with %s', async (_, value, code) => {
    const cwd = await tree({ 'p.json': written(value) });
    expect((await run(cwd, { check: true })).exitCode).toBe(code);
    expect((await run(cwd)).exitCode).toBe(code);
  });

  it('[DO-5] the second run changes nothing, with a file of answers in the tree that nobody asks for any more', async () => {
    const cwd = await tree({
      'p.json': written(process(use('Seal', { glue: 'cold' }), use('Pack', {}))),
      'answers.yaml': '# decided in May\nunlisted-step:Seal: pin\n',
    });
    const answers = { answers: 'answers.yaml', answer: ['unlisted-step:Seal=delete'] };
    expect((await run(cwd, { answers: 'answers.yaml' })).exitCode).toBe(0);
    const after = await readFile(join(cwd, 'p.json'), 'utf8');
    const again = await run(cwd, { answers: 'answers.yaml', check: false });
    expect(await readFile(join(cwd, 'p.json'), 'utf8')).toBe(after);
    expect(again.exitCode).toBe(0);
    // what is typed answers something
    await writeFile(join(cwd, 'p.json'), written(process(use('Pack', {}))));
    await expect(run(cwd, answers)).rejects.toMatchObject({ code: 'plan-answer-not-valid' });
    await run(cwd);
    expect((await run(cwd, { answers: 'answers.yaml' })).text).toContain('Not asked now: Nothing is asked');
  });

  it('[DO-6] undo gives the bytes back, keeps edits made since, and leaves nothing behind', async () => {
    const files = {
      'a.json': written(process(use('Pack', { host: 'h' }))),
      'b.json': written(process(use('Pack', { host: 'h' })), '\t'),
    };
    const cwd = await tree(files);
    await run(cwd);
    expect(await readFile(join(cwd, '.lockstep/.gitignore'), 'utf8')).toBe('*\n');
    const carried = await readFile(join(cwd, 'b.json'), 'utf8');
    await writeFile(join(cwd, 'b.json'), carried.replace('"address": "h"', '"address": "edited"'));
    const { text, exitCode } = await run(cwd, { undo: true });
    expect([exitCode, text]).toEqual([0, expect.stringContaining('1 file as before, 1 with the edits since')]);
    expect(await readFile(join(cwd, 'a.json'), 'utf8')).toBe(files['a.json']);
    expect(await readFile(join(cwd, 'b.json'), 'utf8')).toBe(
      files['b.json'].replace('"host": "h"', '"host": "edited"'),
    );
    expect(await readdir(cwd)).toEqual(['a.json', 'b.json']);
    await expect(run(cwd, { undo: true })).rejects.toMatchObject({ code: 'plan-not-found' });
  });

  it('marks drafts, carries them beside their processes, and undo never takes one for the other [DO-6]', async () => {
    const own = process(use('Pack', { host: 'own', note: 'n' }));
    const draft = { ...process(use('Pack', { host: 'draft', note: 'n' })), draft: true };
    const holder = (...processes: object[]) => written({ name: 'C', processes });
    const cwd = await tree({ 'both.json': holder(own, draft), 'draft.json': written(draft) });
    const { value, text } = await run(cwd, { check: true });
    expect(value.files).toMatchObject([
      { file: 'both.json', processes: 2, drafts: 1 },
      { file: 'draft.json', processes: 1, drafts: 1 },
    ]);
    expect(text).toContain('  both.json (1 of 2 processes is a draft): 2 uses');
    expect(text).toContain('  draft.json (a draft): 1 use');
    expect(text).toContain('P (draft)');
    await run(cwd);
    // somebody took the process out since, so that only its draft is there
    const now = JSON.parse(await readFile(join(cwd, 'both.json'), 'utf8'));
    await writeFile(join(cwd, 'both.json'), holder(now.processes[1]));
    const undone = await run(cwd, { undo: true });
    expect(undone.exitCode).toBe(0);
    expect(JSON.parse(await readFile(join(cwd, 'both.json'), 'utf8'))).toEqual({ name: 'C', processes: [draft] });
  });

  it('[DO-6] undo takes back a process that has another name since, and names one that came since', async () => {
    const named = (name: string) => ({ ...process(use('Pack', { host: 'h' })), name });
    const cwd = await tree({ 'a.json': written([named('One'), named('Two')]) });
    await run(cwd);
    const [one, two] = JSON.parse(await readFile(join(cwd, 'a.json'), 'utf8'));
    await writeFile(join(cwd, 'a.json'), written([{ ...one, name: 'First' }, two, { ...two, name: 'Third' }]));
    const { text } = await run(cwd, { undo: true });
    expect(text).toContain('"Third" stays at version 2');
    const third = { ...two, name: 'Third' };
    expect(JSON.parse(await readFile(join(cwd, 'a.json'), 'utf8'))).toEqual([named('First'), named('Two'), third]);
  });

  it('[DO-6] undo is refused below a higher version that the files were carried over to since', async () => {
    const cwd = await tree({ 'a.json': written(process(use('Pack', { host: 'h' }))) });
    await run(cwd);
    const [journal] = (await readdir(join(cwd, '.lockstep'))).filter((name) => name.endsWith('-2.ndjson'));
    const above = join(cwd, '.lockstep', journal!.replace('-2.ndjson', '-3.ndjson'));
    await copyFile(join(cwd, '.lockstep', journal!), above);
    await expect(run(cwd, { undo: true })).rejects.toMatchObject({
      code: 'plan-state',
      message: expect.stringContaining('version 3'),
    });
    await rm(above);
    expect((await run(cwd, { undo: true })).text).toContain('1 file as before');
  });

  it('[DO-6] undo asks about an edit that has no place in the old version, and keeps the way back until then', async () => {
    const cwd = await tree({ 'a.json': written(process(use('Pack', { host: 'h' }))) });
    await run(cwd);
    const carried = await readFile(join(cwd, 'a.json'), 'utf8');
    await writeFile(join(cwd, 'a.json'), carried.replace('"wrap": "paper"', '"wrap": "foil"'));
    const asked = await run(cwd, { undo: true });
    expect(asked.exitCode).toBe(4);
    const [, key] = /--answer "(.*)=…"/.exec(asked.text) ?? [];
    const done = await run(cwd, { undo: true, answer: [`${key!.replaceAll('\\"', '"')}=before`] });
    expect(done.exitCode).toBe(0);
    expect(await readFile(join(cwd, 'a.json'), 'utf8')).toBe(written(process(use('Pack', { host: 'h' }))));
  });

  it('is heard to stop between files, and every file is whole', async () => {
    const value = written(process(use('Pack', { host: 'h' })));
    const cwd = await tree(Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`${index}.json`, value])));
    const stop = new AbortController();
    const progress = (label: string) => label === 'Writing' && stop.abort(new Error('ctrl-C'));
    await expect(run(cwd, {}, { signal: stop.signal, progress })).rejects.toThrow('ctrl-C');
    const texts = new Set(
      await Promise.all(
        (await readdir(cwd)).filter((name) => name.endsWith('.json')).map((name) => readFile(join(cwd, name), 'utf8')),
      ),
    );
    expect(texts.size).toBe(2);
    await run(cwd, { undo: true });
    for (let index = 0; index < 300; index++) expect(await readFile(join(cwd, `${index}.json`), 'utf8')).toBe(value);
  });

  it('keeps the mode of a file, and neither writes through links nor reads twice what they lead to', async () => {
    const value = written(process(use('Pack', { host: 'h' })));
    const cwd = await tree({ 'tree/a.json': value, 'outside.json': value });
    await chmod(join(cwd, 'tree/a.json'), 0o640);
    await symlink('a.json', join(cwd, 'tree/b.json'));
    await symlink('../outside.json', join(cwd, 'tree/c.json'));
    const { value: told, exitCode } = await run(cwd, {}, { dirs: ['tree'] });
    expect(told.files.map(({ file, class: one }) => [file, one])).toEqual([
      ['tree/a.json', 'carried'],
      ['tree/c.json', 'refused'],
    ]);
    expect(exitCode).toBe(5);
    expect((await stat(join(cwd, 'tree/a.json'))).mode & 0o777).toBe(0o640);
    expect(await readFile(join(cwd, 'outside.json'), 'utf8')).toBe(value);
  });

  it('refuses by name what speaks of the plugin and cannot be read', async () => {
    const text = written(process(use('Pack', { host: 'ä' })));
    const cwd = await tree({
      'latin.json': Buffer.from(text, 'latin1'),
      'wide.json': Buffer.from(`\ufeff${text}`, 'utf16le'),
      'p.pac': 'plugin step "a" is\n  plugin "Box Tools" pluginVersion 1\nend\n',
      'elsewhere.json': Buffer.from('{"ä": 1}', 'latin1'),
    });
    const { value, exitCode } = await run(cwd);
    expect(exitCode).toBe(5);
    expect(value.files.map(({ file, problems }) => [file, problems[0]?.code])).toEqual([
      ['latin.json', 'file-unreadable'],
      ['p.pac', 'process-as-code'],
      ['wide.json', 'file-unreadable'],
    ]);
  });

  it('finds a use however its plugin’s name is written, and takes no other plugin for it', async () => {
    const text = written(process(use('Pack', { host: 'h' })));
    const cwd = await tree({
      'escaped.json': text
        .replace('Box Tools', '\\u0042ox\\u0020Tools')
        .replace('pluginVersion', 'plugin\\u0056ersion'),
      'text.json': written(process(use('Pack', {}, '1'))),
      'other.json': text.replace('Box Tools', 'Box Tools 2'),
      'id.json': written(process({ ...use('Pack', {}), pluginId: 'org.example.other' })),
    });
    const { value } = await run(cwd);
    expect(value.files.map(({ file }) => file)).toEqual(['escaped.json', 'text.json']);
    expect(await readFile(join(cwd, 'text.json'), 'utf8')).toContain('"pluginVersion": "2"');
  });

  it('refuses older versions of another plugin', async () => {
    const cwd = await tree({
      'other/plugin.xml': await readFile(join(plugins, '1/plugin.xml'), 'utf8').then((xml) =>
        xml.replace('org.example.boxes', 'org.example.other'),
      ),
    });
    await expect(run(cwd, {}, { known: [join(cwd, 'other')] })).rejects.toMatchObject({ code: 'plugin-conflict' });
  });
});
