import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { examineData } from '../service/care/examine-data.ts';
import { moveData } from '../service/care/move-data.ts';
import { openVault } from '../store/index.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';

/** One for each road by which a secret comes to a server. */
const planted = {
  step: 'SECRET-of-a-step-41',
  unknown: 'SECRET-of-an-unknown-plugin-42',
  property: 'SECRET-of-a-process-43',
  form: 'SECRET-of-a-form-44',
  imported: 'SECRET-of-an-import-45',
  replaced: 'SECRET-of-a-replaced-import-46',
  kept: 'SECRET-of-a-kept-answer-47',
  requested: 'SECRET-of-a-request-48',
  proxy: 'SECRET-of-a-proxy-49',
} as const;

const plugin = 'org.example.fleet-tools';
let server: TestServer;
let data: string;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-at-rest-'));
  data = join(folder, 'data');
  server = await startTestServer({ data });
  await plant();
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

function activity(name: string, pluginName: string, password: string): object {
  const properties = { fleetFolder: '.', host: 'h', password };
  return {
    ...{ type: 'plugin', name, pluginName, pluginVersion: 1, commandName: 'Check Registration' },
    ...{ properties, children: [] },
  };
}

function document(name: string, children: readonly object[], more: object = {}): object {
  return { name, ...more, rootActivity: { type: 'graph', name: 'g', edges: [], children } };
}

async function plant(): Promise<void> {
  const { ask, ended } = server;
  await ended((await ask('POST', '/api/examples')).body);
  const name = (await ask('GET', `/api/plugins/${plugin}`)).body.name as string;
  const steps = [activity('Known', name, planted.step), activity('Unknown', 'No Such Plugin', planted.unknown)];
  const more = {
    properties: [{ name: 'p', value: planted.property, secure: true }],
    propDefs: [
      { name: 'form', type: 'SECURE', value: planted.form },
      { name: 'asked', type: 'SECURE', required: true, value: '' },
    ],
  };
  await ask('POST', '/api/processes', { kind: 'generic', document: document('Planted', steps, more) });
  const asking = { kind: 'generic', document: document('Asking', [], more) };
  const { body } = await ask('POST', '/api/processes', asking);
  await importFile('import.json', document('Imported', [activity('A', name, planted.replaced)]));
  await importFile('import.json', document('Imported', [activity('A', name, planted.imported)]));
  for (const [value, keep] of [
    [planted.requested, false],
    [planted.kept, true],
  ] as const) {
    const run = await ask('POST', '/api/runs', { process: body.id, values: { asked: value }, keep });
    expect([run.status, run.body.error]).toEqual([201, undefined]);
  }
  const planning = await ended((await ask('POST', '/api/plans', { plugin, to: 2 })).body);
  await ended((await ask('POST', `/api/plans/${planning.result.id}/apply`, { answers: {} })).body);
  await ended((await ask('POST', '/api/plans', { plugin, to: 3 })).body);
  await ask('PUT', '/api/settings/http_proxy', { value: `http://user:${planted.proxy}@127.0.0.1:9` });
}

async function importFile(file: string, content: object): Promise<void> {
  const form = new FormData();
  form.append('file', new Blob([JSON.stringify(content)]), file);
  const { body } = await server.ask('POST', '/api/processes/import', form);
  await server.ended(body);
}

/** Which secrets stand in the database's own bytes, the journal and what was freed included. */
async function found(folder: string): Promise<string[]> {
  const kinds: string[] = [];
  for (const name of ['lockstep.db', 'lockstep.db-wal']) {
    if (!existsSync(join(folder, name))) continue;
    const bytes = await readFile(join(folder, name));
    for (const [kind, secret] of Object.entries(planted)) if (bytes.includes(secret)) kinds.push(`${kind} in ${name}`);
  }
  return kinds;
}

/** What an older version would have left: the same rows in clear. */
function writeInClear(folder: string): number {
  const vault = openVault(join(folder, 'run.key'));
  const database = new DatabaseSync(join(folder, 'lockstep.db'));
  let rows = 0;
  database.function('opened', (text) => (text === null ? null : vault.open(String(text).slice('sealed:'.length))));
  for (const [table, columns] of Object.entries({
    process_version: ['document'],
    import_shape: ['text'],
    plan: ['header', 'answers'],
    plan_detail: ['detail'],
    plan_work: ['work'],
    plugin_version: ['definition', 'upgrade_file'],
    setting: ['value'],
  })) {
    for (const column of columns) {
      rows += Number(
        database.prepare(`update ${table} set ${column} = opened(${column}) where ${column} like 'sealed:%'`).run()
          .changes,
      );
    }
  }
  database.exec(`delete from setting where key = 'servers.sealed'`);
  // a text that was deleted stays in the file
  database.exec(`create table gone (t text); insert into gone
    with recursive n (i) as (select 1 union all select i + 1 from n where i < 40) select document from process_version, n; drop table gone`);
  database.close();
  return rows;
}

describe('secrets at rest', () => {
  it('stand nowhere in the database, by whichever road they came, and are there for whoever may edit', async () => {
    expect(await found(data)).toEqual([]);
    const { body } = await server.ask('POST', '/api/processes/export', { ids: null });
    const text = JSON.stringify(body);
    for (const kind of ['step', 'unknown', 'property', 'form', 'imported'] as const) {
      expect([kind, text.includes(planted[kind])]).toEqual([kind, true]);
    }
    expect((await examineData({ data })).problems.map(({ code }) => code)).not.toContain('values-not-sealed');
  }, 60_000);

  it('that an older version left in clear are named by the doctor, sealed at the next start, and cleared from the file', async () => {
    await server.stop();
    expect(writeInClear(data)).toBeGreaterThan(50);
    expect((await found(data)).length).toBeGreaterThan(5);
    const told = (await examineData({ data })).problems.find(({ code }) => code === 'values-not-sealed');
    expect(told?.message).toMatch(/^\d+ values .* in clear/);

    const again = await startTestServer({ data });
    await again.stop();
    expect(await found(data)).toEqual([]);
    expect((await examineData({ data })).problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  }, 60_000);

  it('that this key does not open are named by the doctor, and no new key takes the place of a lost one', async () => {
    await server.stop();
    await rm(join(data, 'run.key'));
    const lost = await examineData({ data });
    expect(lost.problems).toContainEqual(expect.objectContaining({ code: 'secret-not-readable', severity: 'error' }));
    await expect(startTestServer({ data })).rejects.toMatchObject({
      code: 'secret-not-readable',
      message: expect.stringContaining('run.key, is missing'),
    });
    expect(existsSync(join(data, 'run.key'))).toBe(false);
    await writeFile(join(data, 'run.key'), Buffer.alloc(32, 1));
    const other = await examineData({ data });
    expect(other.problems).toContainEqual(expect.objectContaining({ code: 'secret-not-readable', severity: 'error' }));
  }, 60_000);

  it('move with the key that seals them, and the report says where that is', async () => {
    await server.stop();
    const moved = join(folder, 'moved');
    await mkdir(moved);
    expect(await moveData({ data, database: null }, { data: moved, database: null })).toMatchObject({ key: 'moved' });
    expect(await found(moved)).toEqual([]);
    expect((await examineData({ data: moved })).problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    const without = join(folder, 'without');
    await cp(data, without, { recursive: true });
    await rm(join(without, 'run.key'));
    const target = join(folder, 'target');
    expect(await moveData({ data: without, database: null }, { data: target, database: null })).toMatchObject({
      key: 'outside',
    });
  }, 60_000);
});
