/**
 * Below a path of another host, once with that path taken away and once with it passed on: behind nginx with TLS, and where
 * that is not installed behind a small proxy without.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../src/server/testing/start-test-server.ts';
import { freePort } from '../free-port.ts';
import { lockstep, projectRoot } from '../journey/lockstep.ts';
import { builtPage } from './built-page.ts';
import { startChromium } from './chromium.ts';
import { hasNginx, startTlsNginx } from './tls-nginx.ts';

interface Front {
  /** Without a path. */
  readonly origin: string;
  /** What a program needs in its environment to trust it. */
  readonly trust: Readonly<Record<string, string>>;
  /** Every address that was asked for. */
  asked(): Promise<string[]>;
  stop(): Promise<void>;
}

async function nginx(folder: string, behind: number, strips: boolean): Promise<Front> {
  const started = await startTlsNginx(folder, behind, strips);
  // this process asks too: as the test, and as the server that reads its own channel
  setDefaultCACertificates([...getCACertificates('default'), await readFile(started.certificate, 'utf8')]);
  return { ...started, trust: { NODE_EXTRA_CA_CERTS: started.certificate, SSL_CERT_FILE: started.certificate } };
}

async function smallProxy(_folder: string, behind: number, strips: boolean): Promise<Front> {
  const asked: string[] = [];
  const front: Server = createServer((incoming, outgoing) => {
    const address = incoming.url ?? '/';
    asked.push(address);
    if (!/^\/lockstep(\/|$)/.test(address)) return void outgoing.writeHead(404).end();
    const path = strips ? address.replace(/^\/lockstep/, '') || '/' : address;
    const from = [incoming.headers['x-forwarded-for'] ?? [], '127.0.0.1'].flat().join(', ');
    const headers = { ...incoming.headers, 'x-forwarded-for': from };
    const onward = request({ port: behind, host: '127.0.0.1', path, method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((done) => front.listen(0, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    trust: {},
    asked: async () => asked,
    async stop() {
      front.closeAllConnections();
      front.close();
    },
  };
}

const real = await hasNginx();
if (!real) it.skip('behind nginx with TLS: not tried, since nginx or openssl is not installed', () => {});
const [before, startFront] = real ? (['nginx with TLS', nginx] as const) : (['a small proxy', smallProxy] as const);

const provd = 'application/vnd.proformatique.provd+json';

describe.each([
  ['takes the path away', true],
  ['passes the path on', false],
])(`below /lockstep/ of ${before} that %s`, (_title, strips) => {
  let folder: string;
  let front: Front;
  let server: TestServer;
  let url: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lockstep-front-'));
    const port = await freePort();
    front = await startFront(join(folder, 'front'), port, strips);
    url = `${front.origin}/lockstep/`;
    const listen = { host: '127.0.0.1', port, url, proxies: ['loopback'], grace: 0 };
    server = await startTestServer({ web: await builtPage('production'), listen });
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    await front.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const ask = (path: string, { headers, ...init }: RequestInit = {}) =>
    fetch(new URL(path, url), { ...init, headers: { authorization: `Bearer ${server.token}`, ...headers } });

  // first, on a server where nothing is installed
  it('the command line publishes and reads, and a client of the old server does its whole work', async () => {
    const env = { ...front.trust, LOCKSTEP_SERVER: url.replace(/\/$/, ''), LOCKSTEP_TOKEN: server.token };
    const examples = join(projectRoot, 'examples/plugins');
    expect(await lockstep(['upload', examples, '--to', url, '--channel', 'testing'], { env })).toMatchObject({
      code: 0,
    });
    expect(await lockstep(['plugin', 'list', '--json'], { env })).toMatchObject({ code: 0 });
    const channel = new URL('plugins/1/testing/', url).href;
    expect(await (await fetch(new URL('plugins.db', channel))).text()).toContain('xivo-cisco-spa-7.5.4');

    const { links } = (await (await ask('provd/pg_mgr')).json()) as { links: { href: string }[] };
    expect(links.length).toBeGreaterThan(0);
    for (const { href } of links) expect(href).toMatch(/^\/lockstep\/provd\/pg_mgr\//);
    const client = join(projectRoot, 'test/clients/old_client.py');
    const walk = [client, new URL('provd', url).href, server.token, channel, 'xivo-cisco-spa-7.5.4'];
    const run = promisify(execFile)('python3', walk, { env: { ...process.env, ...front.trust } });
    const walked = await run.catch((error: { stdout: string; stderr: string }) => error);
    expect(`${walked.stderr}${walked.stdout}`.trim().split('\n').at(-1)).toBe('done');
    const update = await ask('provd/pg_mgr/install/update', {
      method: 'POST',
      headers: { 'content-type': provd },
      body: '{}',
    });
    expect(update.headers.get('location')).toMatch(/^\/lockstep\/provd\/pg_mgr\/install\/update\/\d+$/);
  });

  it('the page works, follows events, and asks nothing outside of its path', async () => {
    const chromium = await startChromium();
    try {
      const context = await chromium.newContext({ baseURL: url, locale: 'en-GB', ignoreHTTPSErrors: true });
      context.setDefaultTimeout(20_000);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(String(error)));
      const headers = { 'X-Lockstep-Page': '1' };
      await context.request.post('api/session', { headers, data: { token: server.token } });
      await page.goto('');
      await page.getByRole('link', { name: 'Plugins' }).first().click();
      await page.waitForURL(`${url}configuration/provisioning/plugins`);
      const [cookie] = await context.cookies();
      expect(cookie).toMatchObject({ path: '/lockstep/', sameSite: 'Strict', httpOnly: true, secure: real });
      // a deep address, loaded anew, and then changed by an event alone
      await page.goto('processes');
      await page.getByRole('heading', { name: 'Processes' }).first().waitFor();
      await server.ended((await server.ask('POST', '/api/examples')).body);
      await page.getByRole('link', { name: 'Restart at night' }).first().click();
      await page.waitForURL(/\/lockstep\/processes\/./);
      const strayed = (await front.asked()).filter((path) => !path.startsWith('/lockstep/') && path !== '/favicon.ico');
      expect([strayed, complaints]).toEqual([[], []]);
    } finally {
      await chromium.close();
    }
  });

  it('the API and its page name addresses below it, answers are compressed, events come as they happen', async () => {
    const document = (await (await ask('api/openapi.json')).json()) as { servers: unknown };
    expect(document.servers).toEqual([{ url: '/lockstep' }]);
    const docs = await ask('api/docs', { redirect: 'manual' });
    expect([docs.status, docs.headers.get('location')]).toEqual([302, '/lockstep/help/api']);
    const packed = await ask('api/openapi.json', { headers: { 'accept-encoding': 'br' } });
    expect([packed.headers.get('content-encoding'), await packed.json()]).toEqual(['br', document]);

    const leaves = new AbortController();
    const events = await ask('api/events', { signal: leaves.signal });
    const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe('retry: 2000\n\n');
    await ask('api/users', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.7' },
      body: JSON.stringify({ name: `eve-${strips}`, role: 'viewer' }),
    });
    // the stream is still open
    expect((await reader.read()).value).toMatch(/^id: \d+\nevent: \w+\ndata: /);
    leaves.abort();
    // the limit of requests counts people, not the proxy
    expect(server.logged.some((line) => line.includes('"from":"203.0.113.7"'))).toBe(true);
  });
});
