import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFolder, writePackage } from '../src/package/index.ts';
import { startTestServer, type TestServer } from '../src/server/testing/start-test-server.ts';
import { postgres } from './databases.ts';

const examples = fileURLToPath(new URL('../examples', import.meta.url));
const plugin = 'org.example.fleet-tools';
const database = postgres();
let first: TestServer;
let second: TestServer;

beforeAll(async () => {
  const address = await database.fresh();
  first = await startTestServer({}, { database: address });
  second = await startTestServer({}, { database: address });
}, 60_000);
afterAll(async () => {
  await second?.stop();
  await first?.stop();
});

/** Two servers of one installation have the same users: the first one's token counts at the second. */
const askSecond: TestServer['ask'] = (method, path, body) => second.ask(method, path, body, first.token);

async function upload(version: 1 | 2 | 3): Promise<string> {
  const tree = await readFolder(`${examples}/fleet-tools/${version}`, { root: plugin });
  const form = new FormData();
  form.set('file', new Blob([Buffer.from(await writePackage(tree, 'zip'))]), `fleet-tools-${version}.zip`);
  const { status, body } = await first.ask('POST', '/api/plugins/upload', form);
  expect(status, JSON.stringify(body)).toBeLessThan(300);
  const operation = body.operation ?? body;
  expect((await first.ended(operation)).reason).toBe(null);
  return operation.id;
}

/** What a page of a server hears, until it has heard this. */
async function hear(server: TestServer, wanted: RegExp): Promise<{ heard: Promise<string> }> {
  const response = await fetch(new URL('/api/events', server.url), {
    headers: { authorization: `Bearer ${first.token}` },
  });
  const reader = response.body!.getReader();
  const read = async (): Promise<string> => {
    let text = '';
    while (!wanted.test(text)) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`The stream ended: ${text}`);
      text += new TextDecoder().decode(value);
    }
    await reader.cancel();
    return text;
  };
  return { heard: read() };
}

describe('two servers on one PostgreSQL', () => {
  it('what one installs the other has: its files, its list, its operations, its events', async () => {
    const { heard } = await hear(second, /event: plugins/);
    const operation = await upload(1);
    await heard;
    expect(second.services.host.plugin(plugin).release.version).toBe('1');
    expect(existsSync(join(second.folder, 'data/plugins', plugin, 'plugin.xml'))).toBe(true);
    expect((await askSecond('GET', `/api/plugins/${plugin}`)).body.installed).toBe('1');
    const seen = (await askSecond('GET', '/api/operations')).body as { id: string; state: string }[];
    expect(seen).toContainEqual(expect.objectContaining({ id: operation, state: 'success' }));
    expect((await askSecond('GET', `/api/operations/${operation}?wait=1`)).body.state).toBe('success');
  }, 30_000);

  it('a server that starts later has every installed version, too', async () => {
    const third = await startTestServer({}, { database: databaseOf(first) });
    try {
      expect(third.services.host.plugin(plugin).release.version).toBe('1');
      expect(existsSync(join(third.folder, 'data/plugins', plugin, 'plugin.xml'))).toBe(true);
    } finally {
      await third.stop();
    }
  }, 30_000);

  it('[DO-3] an upgrade that one is asked for is applied by all, and every page hears its end', async () => {
    const form = new FormData();
    const file = 'restart-a-desk-phone.json';
    form.set('file', new Blob([await readFile(`${examples}/processes/${file}`)]), file);
    expect((await first.ask('POST', '/api/processes/import', form)).body.created).toHaveLength(1);
    await upload(2);
    const planning = (await first.ask('POST', '/api/plans', { plugin })).body;
    const plan = (await first.ended(planning)).result;
    const { heard } = await hear(second, /event: plan\ndata: .*"state":"applied"/);
    const operation = (await first.ask('POST', `/api/plans/${plan}/apply`)).body;
    expect(await first.ended(operation)).toMatchObject({ state: 'success', result: { applied: 1, remaining: 0 } });
    await heard;
    expect((await askSecond('GET', `/api/plans/${plan}`)).body).toMatchObject({ state: 'applied', applied: 1 });
    const undone = (await askSecond('POST', `/api/plans/${plan}/undo`)).body;
    expect((await first.ask('GET', `/api/operations/${undone.id}?wait=20`)).body.state).toBe('success');
    expect((await first.ask('GET', `/api/plans/${plan}`)).body.state).toBe('undone');
  }, 30_000);

  it('settings and secrets are everybody’s', async () => {
    const { heard } = await hear(second, /event: settings/);
    await first.ask('PUT', '/api/settings/locale', { value: 'fr' });
    await heard;
    const locale = (await askSecond('GET', '/api/settings')).body.find(
      (one: { name: string }) => one.name === 'locale',
    );
    expect(locale.value).toBe('fr');
    const { key } = first.services.config.runs;
    expect(key?.equals(second.services.config.runs.key!)).toBe(true);
  });

  it('uninstalled on one is gone on the other', async () => {
    const { heard } = await hear(second, /event: plugins/);
    const { body } = await first.ask('POST', `/api/plugins/${plugin}/uninstall`, { force: true });
    await first.ended(body.operation ?? body);
    await heard;
    expect(second.services.host.plugins.has(plugin)).toBe(false);
    expect(existsSync(join(second.folder, 'data/plugins', plugin))).toBe(false);
  }, 30_000);
});

function databaseOf(server: TestServer): string {
  return server.services.config.database!;
}
