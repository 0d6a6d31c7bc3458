import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
let web: string;

beforeAll(async () => {
  web = await mkdtemp(join(tmpdir(), 'lockstep-web-'));
  await mkdir(join(web, 'assets'));
  await writeFile(join(web, 'index.html'), '<!doctype html><title>Lockstep</title>');
  await writeFile(join(web, 'assets/app-1a2b.js'), 'export {};');
  await writeFile(join(web, 'assets/big-3c4d.js'), 'export const big = 1;');
  await writeFile(join(web, 'assets/big-3c4d.js.br'), brotliCompressSync('export const big = 1;'));
  server = await startTestServer({}, { web });
});
afterAll(async () => {
  await server.stop();
  await rm(web, { recursive: true, force: true });
});

describe('the page', () => {
  it.each(['/', '/plugins/xivo-cisco-spa-7.5.4', '/upgrades/12?group=3', '/configuration/provisioning/general'])(
    'is sent for its route %s, and asked for again each time',
    async (path) => {
      const answer = await fetch(new URL(path, server.url));
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(answer.headers.get('cache-control')).toBe('no-cache');
      expect(await answer.text()).toContain('<title>Lockstep</title>');
    },
  );

  it('has its files kept for ever, since their names change with their content', async () => {
    const answer = await fetch(new URL('/assets/app-1a2b.js', server.url));
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('etag')).toBeTruthy();
  });

  it('is sent as small as it was built for those who can read that, and as it is to others', async () => {
    const ask = (encoding: string) =>
      fetch(new URL('/assets/big-3c4d.js', server.url), { headers: { 'accept-encoding': encoding } });
    const small = await ask('gzip, deflate, br');
    expect([small.headers.get('content-encoding'), small.headers.get('vary')]).toEqual([
      'br',
      expect.stringMatching(/accept-encoding/i),
    ]);
    expect(small.headers.get('content-type')).toMatch(/javascript/);
    expect(small.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await small.text()).toBe('export const big = 1;');
    const plain = await ask('identity');
    expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, 'export const big = 1;']);
  });

  it.each(['/api/nothing', '/assets/gone-9f.js', '/assets/../../package.json', '/0.2/nothing', '/rest/nothing'])(
    'does not stand in for %s, which is not there',
    async (path) => {
      const answer = await fetch(new URL(path, server.url), { headers: { authorization: `Bearer ${server.token}` } });
      expect(answer.status).toBe(404);
      expect(await answer.text()).not.toContain('<title>Lockstep</title>');
    },
  );
});
