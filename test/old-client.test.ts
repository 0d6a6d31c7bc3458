import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../src/server/testing/start-test-server.ts';
import { projectRoot, succeed } from './journey/lockstep.ts';

const run = promisify(execFile);
const client = join(projectRoot, 'test/clients/old_client.py');
let server: TestServer;

beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server.stop());

describe('a client of the old server, written in Python', () => {
  it.each(['0.2', 'provd', 'api/provd/0.2'])(
    'does its whole work under /%s with the codes and media types that it knows',
    async (prefix) => {
      const channels = join(server.folder, 'data', 'repository');
      await succeed(['upload', join(projectRoot, 'examples/plugins'), '--to', channels, '--channel', 'testing']);
      const channel = new URL('plugins/1/testing/', server.url).href;
      const parameters = [client, new URL(prefix, server.url).href, server.token, channel, 'xivo-cisco-spa-7.5.4'];
      const { stdout } = await run('python3', parameters).catch((error: { stdout: string; stderr: string }) => {
        throw new Error(`${error.stdout.split('\n').slice(-3).join('\n')}${error.stderr}`);
      });
      expect(stdout).toMatch(/^done$/m);
    },
  );

  it('that waits for a challenge signs in by Digest, once its user has a password for old tools', async () => {
    const channels = join(server.folder, 'data', 'repository');
    await succeed(['upload', join(projectRoot, 'examples/plugins'), '--to', channels, '--channel', 'testing']);
    const password = 'a password for tools';
    const channel = new URL('plugins/1/testing/', server.url).href;
    const walk = (secret: string) =>
      run('python3', [
        client,
        new URL('0.2', server.url).href,
        `digest:admin:${secret}`,
        channel,
        'xivo-cisco-spa-7.5.4',
      ]);
    await expect(walk(password)).rejects.toMatchObject({ stdout: expect.stringContaining('found 401') });
    await server.ask('PATCH', '/api/users/admin', { oldToolsPassword: password });
    const walked = await walk(password).catch((error: { stdout: string }) => error);
    expect(walked.stdout.trimEnd().split('\n').at(-1)).toBe('done');
    await expect(walk('another password')).rejects.toThrow();
    // good for the old API alone
    const basic = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
    const elsewhere = await fetch(new URL('/api/plugins', server.url), { headers: { authorization: basic } });
    expect(elsewhere.status).toBe(401);
    await server.ask('PATCH', '/api/users/admin', { oldToolsPassword: null });
    await expect(walk(password)).rejects.toThrow();
  });

  it('cannot have an answer to a challenge taken twice, nor for another address', async () => {
    await server.ask('PATCH', '/api/users/admin', { oldToolsPassword: 'a password for tools' });
    const url = new URL('0.2/configure', server.url);
    const challenge = (await fetch(url)).headers.get('www-authenticate')!;
    const nonce = /nonce="([^"]+)"/.exec(challenge)![1]!;
    const md5 = (text: string) => createHash('md5').update(text).digest('hex');
    const secret = md5('admin:provd server:a password for tools');
    const answer = (count: string, path = '/0.2/configure') => {
      const response = md5(`${secret}:${nonce}:${count}:c:auth:${md5(`GET:${path}`)}`);
      const authorization = `Digest username="admin", realm="provd server", nonce="${nonce}", uri="${path}", qop=auth, nc=${count}, cnonce="c", response="${response}"`;
      return fetch(url, { headers: { authorization } }).then(({ status }) => status);
    };
    expect([await answer('00000001'), await answer('00000001'), await answer('00000002')]).toEqual([200, 401, 200]);
    expect(await answer('00000003', '/0.2/pg_mgr')).toBe(401);
  });

  it('is told nothing and changes nothing without a token', async () => {
    for (const path of ['0.2/pg_mgr/install/installed', '0.2/configure', 'provd/pg_mgr/plugins']) {
      const answer = await fetch(new URL(path, server.url));
      expect([answer.status, await answer.text()]).toEqual([401, 'Unauthorized']);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    }
  });
});

describe('scripts for UrbanCode Deploy', () => {
  it('load a plugin, import, list, show and export processes, and delete the plugin, by the paths they know', async () => {
    const basic = {
      authorization: `Basic ${Buffer.from(`PasswordIsAuthToken:{"token":"${server.token}"}`).toString('base64')}`,
    };
    const ask = async (method: string, path: string, body?: NonNullable<RequestInit['body']>, headers = {}) => {
      const answer = await fetch(new URL(path, server.url), {
        method,
        headers: { ...basic, ...headers },
        ...(body && { body }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
    };
    const zip = join(server.folder, 'fleet.zip');
    await succeed([
      'package',
      join(projectRoot, 'examples/fleet-tools/1'),
      '--format',
      'zip',
      '--out',
      server.folder,
    ]).catch(() => {});
    const { readdir, readFile } = await import('node:fs/promises');
    const name = (await readdir(server.folder)).find((file) => file.endsWith('.zip')) ?? zip;
    const form = new FormData();
    form.set('file', new Blob([await readFile(join(server.folder, name))]), name);
    const loaded = await ask('POST', '/rest/plugin/automationPlugin', form);
    expect(loaded.status).toBe(200);
    const [listed] = (await ask('GET', '/rest/plugin/automationPlugin')).body;
    expect(listed).toMatchObject({ id: 'org.example.fleet-tools', versionNumber: 1, ghostedDate: 0 });
    expect(listed.version).toMatch(/^1\.\d+$/);

    const exported = await readFile(join(projectRoot, 'examples/processes/only-a-pause.json'), 'utf8');
    const imported = await ask('POST', '/rest/process/import', exported, { 'content-type': 'application/json' });
    expect(imported.status).toBe(200);
    const shown = await ask('GET', `/rest/process/${imported.body.id}/-1`);
    expect(shown.body.name).toBe(imported.body.name);
    const back = await ask('GET', `/rest/process/${imported.body.id}/export`);
    expect(back.body).toEqual(JSON.parse(exported));
    const json = { 'content-type': 'application/json' };
    const made = await ask('PUT', '/cli/process/create', '{"name":"made by a script"}', json);
    expect(made.body.version).toBe(1);

    const ofComponent = JSON.stringify({ name: 'deploy', component: 'Reception', description: 'by a script' });
    const created = await ask('PUT', '/cli/componentProcess/create', ofComponent, json);
    expect([created.status, created.body.version]).toEqual([200, 1]);
    const latest = await ask('GET', `/rest/deploy/componentProcess/${created.body.id}/-1`);
    expect(latest.body).toMatchObject({ name: 'deploy', description: 'by a script', version: 1, versionCount: 1 });
    expect((await ask('GET', `/rest/deploy/componentProcess/${created.body.id}/7`)).status).toBe(404);

    const requested = await ask('POST', '/rest/process/request', JSON.stringify({ processId: made.body.id }), json);
    expect(requested.status).toBe(200);
    const run = await server.services.runs.runs.summary(requested.body.requestId);
    expect(run).toMatchObject({ processId: String(made.body.id) });
    expect((await ask('POST', '/rest/process/request', '{}', json)).status).toBe(400);
    const unsigned = await fetch(new URL('/rest/process/request', server.url), {
      method: 'POST',
      body: '{}',
      headers: json,
    });
    expect(unsigned.status).toBe(401);
    expect((await ask('DELETE', '/rest/plugin/automationPlugin/Fleet%20Tools')).status).toBe(204);
  });
});
