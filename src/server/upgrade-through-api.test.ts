import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFolder, writePackage } from '../package/index.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const plugin = 'org.example.fleet-tools';
let server: TestServer;

beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server.stop());

async function planned(): Promise<string> {
  await server.ended((await server.ask('POST', '/api/examples')).body);
  const { body } = await server.ask('POST', '/api/plans', { plugin });
  return (await server.ended(body)).result;
}

async function publish(version: 1 | 2 | 3): Promise<void> {
  const tree = await readFolder(`${examples}/fleet-tools/${version}`, { root: plugin });
  const content = await writePackage(tree, 'tar.bz2');
  const packages = [{ name: `${plugin}-${version}.tar.bz2`, content }];
  await server.services.served!.repository.publish('testing', { who: 'author', packages });
}

describe('an upgrade through the API', () => {
  it('[DO-3] [DO-6] goes from plan to questions to apply to undo, plugin and processes together', async () => {
    const id = await planned();
    const header = (await server.ask('GET', `/api/plans/${id}`)).body;
    expect(header).toMatchObject({ state: 'planned', to: 3, openQuestions: 3 });
    const early = await server.ended((await server.ask('POST', `/api/plans/${id}/apply`)).body);
    expect(early).toMatchObject({ state: 'fail', reason: { code: 'plan-has-questions' } });

    const { items } = (await server.ask('GET', `/api/plans/${id}/questions?open=true`)).body;
    const wrong = await server.ask('PUT', `/api/plans/${id}/answers`, {
      answers: { [items[0].question.id]: 'perhaps' },
    });
    expect([wrong.status, wrong.body.error.code]).toEqual([422, 'plan-answer-not-valid']);
    const answered = await server.ask('PUT', `/api/plans/${id}/answers`, {
      answers: { [items[0].question.groupKey]: 'delete' },
    });
    expect(answered.body.openQuestions).toBe(0);

    const entry = (await server.ask('GET', `/api/plans/${id}/processes/${items[0].question.processId}`)).body;
    expect(entry.after.rootActivity.children.length).toBe(entry.before.rootActivity.children.length - 1);

    const done = await server.ended((await server.ask('POST', `/api/plans/${id}/apply`)).body);
    expect(done.state).toBe('success');
    expect((await server.ask('GET', `/api/plans/${id}`)).body).toMatchObject({ state: 'applied', applied: 11 });
    expect((await server.ask('GET', `/api/plugins/${plugin}`)).body.installed).toBe('3');
    expect(server.services.host.plugin(plugin).release.version).toBe('3');

    expect((await server.ask('GET', `/api/plans/${id}/undo`)).body).toMatchObject({ restored: 11, conflicts: [] });
    const undone = await server.ended((await server.ask('POST', `/api/plans/${id}/undo`)).body);
    expect(undone.state).toBe('success');
    expect((await server.ask('GET', `/api/plugins/${plugin}`)).body.installed).toBe('1');
    const before = (await server.ask('GET', `/api/processes/${entry.entry.processId}/versions/1`)).body;
    const after = (await server.ask('GET', `/api/processes/${entry.entry.processId}`)).body.document;
    expect(after).toEqual(before);
  });

  it('[DO-4] tells two people who save the same process, and overwrites nobody', async () => {
    await planned();
    const shown = (await server.ask('GET', '/api/processes/1')).body;
    const save = (name: string) =>
      server.ask('PUT', '/api/processes/1', { expectedVersion: 1, document: { ...shown.document, description: name } });
    expect((await save('mine')).body.version).toBe(2);
    const second = await save('theirs');
    expect([second.status, second.body.error.code]).toEqual([409, 'process-edited']);
    expect((await server.ask('GET', '/api/processes/1')).body.description).toBe('mine');
  });

  it('[DO-3] makes a plan where a channel’s new version changes processes, and follows it with the live folder', async () => {
    await publish(1);
    const channel = new URL('plugins/1/testing/', server.url).href;
    await server.ask('PUT', '/api/settings/plugin_server', { value: channel });
    await server.ended((await server.ask('POST', '/api/plugins/update')).body);
    const installed = await server.ended((await server.ask('POST', `/api/plugins/${plugin}/install`)).body);
    expect(installed.reason).toBe(null);
    const form = new FormData();
    const file = 'restart-a-desk-phone.json';
    form.set('file', new Blob([await readFile(`${examples}/processes/${file}`)]), file);
    expect((await server.ask('POST', '/api/processes/import', form)).body.created).toHaveLength(1);

    await publish(2);
    await server.ended((await server.ask('POST', '/api/plugins/update')).body);
    const { body } = await server.ask('POST', `/api/plugins/${plugin}/upgrade`);
    const operation = await server.ended(body.operation);
    expect(operation).toMatchObject({ state: 'success', result: { version: '2', former: '1' } });
    const plan = operation.result.plan;
    expect(plan).not.toBe(null);
    expect(server.services.host.plugin(plugin).release.version).toBe('1');
    await server.ended((await server.ask('POST', `/api/plans/${plan}/apply`)).body);
    expect(server.services.host.plugin(plugin).release.version).toBe('2');
    const live = await readFile(`${server.folder}/data/plugins/${plugin}/plugin.xml`, 'utf8');
    expect(live).toContain('version="2"');
  });

  it('lints two packages and shows what the upgrade would do to the processes here, storing nothing', async () => {
    await planned();
    const form = new FormData();
    for (const [field, version] of [
      ['old', 1],
      ['new', 3],
    ] as const) {
      form.set(field, new Blob([await readFile(`${examples}/fleet-tools/${version}/plugin.xml`)]), 'plugin.xml');
    }
    const plans = (await server.ask('GET', '/api/plans')).body.total;
    const { status, body } = await server.ask('POST', '/api/lint', form);
    expect(status).toBe(200);
    expect(body.proposed.upgradeXml).toContain('<migrate to-version="3">');
    expect(body.effect).toMatchObject({ with: 'the proposed upgrade.xml', totals: { processes: 11 } });
    expect((await server.ask('GET', '/api/plans')).body.total).toBe(plans);
  });
});

describe('events', () => {
  it('tell of operations and activity as they happen, and go on where a connection broke', async () => {
    const open = (headers: Record<string, string> = {}) =>
      fetch(new URL('/api/events', server.url), { headers: { authorization: `Bearer ${server.token}`, ...headers } });
    const first = await open();
    expect(first.headers.get('content-type')).toMatch(/^text\/event-stream/);
    await server.ask('POST', '/api/examples');
    const seen = await readUntil(first, /event: operation[\s\S]*"state":"success"/);
    expect(seen).toContain('"kind":"examples"');
    const [id] = [...seen.matchAll(/^id: (\d+)$/gm)].map((match) => match[1]!);
    const again = await readUntil(await open({ 'last-event-id': id! }), /"state":"success"/);
    expect(again).not.toContain('event: reset');
    expect(again).not.toContain(`id: ${id}\n`);
    expect(await readUntil(await open({ 'last-event-id': '1' }), /event: \w+/)).toContain('event: reset');
  });

  it('end when the server stops, and no connection holds it up, be it used or opened ahead', async () => {
    const other = await startTestServer();
    // longer than any test may last: only connections that the server closes itself let it stop
    Object.assign(other.app.server, { keepAliveTimeout: 3_600_000, headersTimeout: 3_600_000 });
    const watching = await fetch(new URL('/api/events', other.url), {
      headers: { authorization: `Bearer ${other.token}` },
    });
    const ahead = connect(Number(new URL(other.url).port), '127.0.0.1');
    await once(ahead, 'connect');
    const [, text] = await Promise.all([other.stop(), watching.text(), once(ahead, 'close')]);
    expect(text).toMatch(/^retry: \d+/);
  });
});

async function readUntil(response: Response, wanted: RegExp): Promise<string> {
  const reader = response.body!.getReader();
  let text = '';
  while (!wanted.test(text)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The stream ended: ${text}`);
    text += new TextDecoder().decode(value);
  }
  await reader.cancel();
  return text;
}
