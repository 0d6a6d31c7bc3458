/** Below a path of another host: a small proxy stands in for nginx, once taking the path away and once passing it on. */
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { samplePackage } from '../../src/repository/testing/sample-packages.ts';
import { startTestServer, type TestServer } from '../../src/server/testing/start-test-server.ts';
import { lockstep } from '../journey/lockstep.ts';
import { builtPage } from './built-page.ts';
import { startChromium } from './chromium.ts';

interface Front {
  /** Ends in `/lockstep/`. */
  readonly url: string;
  /** What was asked of the host and is not ours. */
  readonly strayed: string[];
  readonly server: TestServer;
  close(): Promise<void>;
}

async function startFront(strips: boolean): Promise<Front> {
  const strayed: string[] = [];
  let behind = 0;
  const front: Server = createServer((incoming, outgoing) => {
    const address = incoming.url ?? '/';
    if (!/^\/lockstep(\/|$)/.test(address)) {
      strayed.push(address);
      outgoing.writeHead(404).end();
      return;
    }
    const path = strips ? address.replace(/^\/lockstep/, '') || '/' : address;
    const headers = { ...incoming.headers, 'x-forwarded-for': '203.0.113.7' };
    const onward = request({ port: behind, host: '127.0.0.1', path, method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((done) => front.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}/lockstep/`;
  const listen = { host: '127.0.0.1', port: 0, url, proxies: ['loopback'], grace: 0 };
  const server = await startTestServer({ web: await builtPage('production'), listen });
  behind = Number(new URL(server.url).port);
  return {
    ...{ url, strayed, server },
    async close() {
      front.closeAllConnections();
      front.close();
      await server.stop();
    },
  };
}

let front: Front | null = null;
afterEach(async () => {
  await front?.close();
  front = null;
});

describe.each([
  ['takes the path away', true],
  ['passes the path on', false],
])('below /lockstep/ of a proxy that %s', (_title, strips) => {
  it('the page works, follows events, and asks nothing outside of its path', async () => {
    front = await startFront(strips);
    const chromium = await startChromium();
    try {
      const context = await chromium.newContext({ baseURL: front.url, locale: 'en-GB' });
      context.setDefaultTimeout(20_000);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(String(error)));
      const headers = { 'X-Lockstep-Page': '1' };
      await context.request.post('api/session', { headers, data: { token: front.server.token } });
      await page.goto('');
      await page.getByRole('link', { name: 'Plugins' }).first().click();
      await page.waitForURL(`${front.url}configuration/provisioning/plugins`);
      const [cookie] = await context.cookies();
      expect(cookie).toMatchObject({ path: '/lockstep/', sameSite: 'Strict', httpOnly: true });
      // a deep address, loaded anew, and then changed by an event alone
      await page.goto('processes');
      await page.getByRole('heading', { name: 'Processes' }).first().waitFor();
      const { ask, ended } = front.server;
      await ended((await ask('POST', '/api/examples')).body);
      await page.getByRole('link', { name: 'Restart at night' }).first().click();
      await page.waitForURL(/\/lockstep\/processes\/./);
      expect([front.strayed.filter((path) => path !== '/favicon.ico'), complaints]).toEqual([[], []]);
    } finally {
      await chromium.close();
    }
  });

  it('the API, its page, the old APIs, channels and the command line name addresses below it', async () => {
    front = await startFront(strips);
    const { url, server } = front;
    const ask = (path: string, init: RequestInit = {}) =>
      fetch(new URL(path, url), {
        ...init,
        headers: { authorization: `Bearer ${server.token}`, ...init.headers },
      });
    const document = (await (await ask('api/openapi.json')).json()) as { servers: unknown };
    expect(document.servers).toEqual([{ url: '/lockstep' }]);
    const docs = await ask('api/docs', { redirect: 'manual' });
    expect([docs.status, docs.headers.get('location')]).toEqual([302, '/lockstep/help/api']);

    const provd = 'application/vnd.proformatique.provd+json';
    const { links } = (await (await ask('provd/pg_mgr')).json()) as { links: { href: string }[] };
    expect(links.length).toBeGreaterThan(0);
    for (const { href } of links) expect(href).toMatch(/^\/lockstep\/provd\/pg_mgr\//);
    const begun = { method: 'POST', headers: { 'content-type': provd }, body: '{"id":"nobody"}' };
    await ask('provd/configure/plugin_server', {
      method: 'PUT',
      headers: { 'content-type': provd },
      body: JSON.stringify({ param: { value: `${url}plugins/1/testing/` } }),
    });
    expect((await ask('provd/pg_mgr/install/install', begun)).status).toBeLessThan(500);
    const update = await ask('provd/pg_mgr/install/update', { ...begun, body: '{}' });
    expect(update.headers.get('location')).toMatch(/^\/lockstep\/provd\/pg_mgr\/install\/update\/\d+$/);
    expect((await ask(update.headers.get('location')!)).status).toBe(200);

    await server.services.served!.repository.publish('testing', {
      who: 'ada',
      packages: [await samplePackage({ id: 'a', version: '1.0' })],
    });
    const index = await fetch(new URL('plugins/1/testing/plugins.db', url));
    expect([index.status, (await index.text()).includes('a-1.0.tar.bz2')]).toEqual([200, true]);

    const env = { LOCKSTEP_SERVER: url.replace(/\/$/, ''), LOCKSTEP_TOKEN: server.token };
    expect(await lockstep(['plugin', 'list', '--json'], { env })).toMatchObject({ code: 0 });
    // the limit of requests counts people, not the proxy
    expect(server.logged.some((line) => line.includes('"from":"203.0.113.7"'))).toBe(true);
  });
});
