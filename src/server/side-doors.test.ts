import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRepository } from '../repository/index.ts';
import { samplePackage } from '../repository/testing/sample-packages.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ metrics: { host: '127.0.0.1', port: 0 } });
  await server.ask('POST', '/api/users', { name: 'ada', role: 'viewer', password: 'a password of ada' });
});
afterAll(() => server.stop());

const basic = (name: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
});
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(new URL(server.url).origin + path, { headers });

describe('figures for Prometheus', () => {
  it('take somebody who may read them, however the address is written', async () => {
    for (const path of ['/metrics', '/metric%73', '/metrics?x=1', '/metrics/', '//metrics']) {
      expect(await (await get(path)).text(), path).not.toContain('lockstep_operations');
    }
    expect((await get('/metrics')).status).toBe(401);
    const scraper = await server.ask('POST', '/api/tokens', {
      label: 'scraper',
      user: 'ada',
      scopes: ['metrics-read'],
    });
    expect((await server.ask('GET', '/metrics', undefined, scraper.body.secret)).body).toContain('lockstep_operations');
    expect((await server.ask('GET', '/api/plans', undefined, scraper.body.secret)).status).toBe(403);
    const other = await server.ask('POST', '/api/tokens', { label: 'other', scopes: ['read'] });
    expect((await server.ask('GET', '/metrics', undefined, other.body.secret)).status).toBe(403);
  });

  it('are at a port of their own for whoever reaches it, and nothing else is', async () => {
    const at = /Metrics at (\S+\/)metrics"/.exec(server.logged.join(''))![1];
    const metrics = await fetch(new URL('/metrics', at));
    expect([metrics.status, await metrics.text()]).toEqual([200, expect.stringContaining('lockstep_operations')]);
    expect((await fetch(new URL('/metrics', at), { method: 'POST' })).status).toBe(404);
    for (const path of ['/', '/healthz', '/api/session', '/plugins/1/testing/']) {
      expect((await fetch(new URL(path, at))).status).toBe(404);
    }
  });
});

describe('a password by Basic', () => {
  it('is refused with what to do, right or wrong, and looked up nowhere', async () => {
    for (const password of ['a password of ada', 'wrong']) {
      for (const path of ['/api/plans', '/api/session', '/api/doctor', '/metrics']) {
        const answer = await get(path, basic('ada', password));
        const { error } = (await answer.json()) as { error: { code: string; message: string; hint: string } };
        expect([answer.status, error.code]).toEqual([401, 'not-signed-in']);
        expect(error.message + error.hint).toMatch(/no password by Basic.*token/s);
      }
    }
  });

  it('counts at the old addresses, and a token as the password counts everywhere', async () => {
    const old = { accept: 'application/vnd.proformatique.provd+json', ...basic('ada', 'a password of ada') };
    for (const path of ['/0.2/status', '/provd/status', '/api/provd/0.2/status', '/rest/plugin/automationPlugin']) {
      expect((await get(path, old)).status, path).toBe(200);
    }
    expect((await get('/api/plans', basic('ada', server.token))).status).toBe(200);
  });

  it('counts at every address where the configuration says so', async () => {
    const other = await startTestServer({ basicPasswords: true });
    await other.ask('POST', '/api/users', { name: 'ada', role: 'viewer', password: 'a password of ada' });
    const answer = await fetch(new URL('/api/plans', other.url), { headers: basic('ada', 'a password of ada') });
    expect(answer.status).toBe(200);
    await other.stop();
  });
});

describe('the history of a channel', () => {
  const secret = 'because Mallory leaked it';
  const shown = async (path: string) => (await get(`/plugins/1/testing/${path}`)).text();

  beforeAll(async () => {
    const repository = await openRepository(server.url, { token: server.token });
    await repository.publish('testing', {
      who: '',
      why: secret,
      packages: [await samplePackage({ id: 'who', version: '1' })],
    });
    await repository.yank('testing', { who: '', why: 'It reboots phones.', plugins: ['who'] });
  });

  it('tells everybody what changed, and neither who did it nor why', async () => {
    for (let again = 0; again < 2; again += 1) {
      const first = await shown('history/00000001.json');
      expect(JSON.parse(first)).toMatchObject({ generation: 1, who: '', why: null, changes: [{ id: 'who' }] });
      const yanked = await shown('yanked.json');
      expect(JSON.parse(yanked)).toMatchObject({ who: { 1: { reason: 'It reboots phones.', who: '' } } });
      for (const text of [first, yanked, await shown('history/00000002.json')])
        expect(text).not.toMatch(/admin|Mallory/);
    }
    expect((await get('/plugins/1/testing/../../../records/testing/00000001.json')).status).toBe(404);
    expect((await get('/plugins/1/..%2f..%2frecords/testing/00000001.json')).status).toBe(404);
  });

  it('lies in the repository in two files: one for everybody, one for those who may read it', async () => {
    const repository = join(server.folder, 'data/repository');
    expect(await readFile(join(repository, 'plugins/1/testing/history/00000001.json'), 'utf8')).not.toMatch(
      /admin|Mallory/,
    );
    expect(await readFile(join(repository, 'plugins/1/testing/yanked.json'), 'utf8')).not.toContain('admin');
    expect(await readFile(join(repository, 'records/testing/00000001.json'), 'utf8')).toContain(secret);
    const { body } = await server.ask('GET', '/api/channels/testing/history');
    expect(JSON.stringify(body)).toContain(secret);
    const { body: channel } = await server.ask('GET', '/api/channels/testing');
    expect(channel.yanked).toMatchObject([{ id: 'who', by: 'admin' }]);
  });
});
