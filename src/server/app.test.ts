import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { api } from '../api/index.ts';
import type { Route } from '../api/route.ts';
import { showsSecret } from './http/compress-answers.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ limits: { body: 20_000, upload: 30_000, perMinute: 5_000 } });
});
afterAll(() => server.stop());

describe('the application', () => {
  it('says that it lives and that it is ready without a token, and how it does with one', async () => {
    expect((await server.ask('GET', '/healthz', undefined, null)).body).toEqual({ status: 'ok' });
    expect((await server.ask('GET', '/readyz', undefined, null)).body).toEqual({ status: 'ready' });
    const metrics = await server.ask('GET', '/metrics');
    expect(metrics.body).toContain('lockstep_http_request_seconds_count{method="GET",route="/healthz",status="200"}');
  });

  it('describes every route of its API, with the files that one takes and the bytes that another answers, and leads people to the page', async () => {
    const { body, headers } = await server.ask('GET', '/api/openapi.json', undefined, null);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining(['/api/plans/{id}/apply', '/api/plugins/{id}/install']),
    );
    const { content } = body.paths['/api/plugins/upload'].post.requestBody;
    expect(content['multipart/form-data'].schema).toMatchObject({
      properties: { file: { type: 'string', format: 'binary' } },
      required: ['file'],
    });
    expect(Object.keys(body.paths['/api/repository/uploads/{digest}'].put.requestBody.content)).toEqual([
      'application/octet-stream',
    ]);
    const { responses } = body.paths['/api/plugins/{id}/patch'].get;
    expect(Object.keys(responses['200'].content)).toEqual(['text/x-diff']);
    expect(Object.keys(responses['4XX'].content)).toEqual(['application/json']);
    const docs = await fetch(new URL('/api/docs', server.url), { redirect: 'manual' });
    expect([docs.status, docs.headers.get('location')]).toEqual([302, '/help/api']);
  });

  const faults: [
    what: string,
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body: unknown,
    status: number,
    code: string,
  ][] = [
    ['an unknown address', 'GET', '/api/nothing', undefined, 404, 'route-not-found'],
    ['an unknown field', 'POST', '/api/users', { name: 'x', role: 'viewer', admin: true }, 400, 'request-not-valid'],
    ['a wrong choice', 'POST', '/api/users', { name: 'x', role: 'king' }, 400, 'request-not-valid'],
    ['a name with a way out', 'POST', '/api/users', { name: '../x', role: 'viewer' }, 400, 'request-not-valid'],
    ['a query that is no number', 'GET', '/api/processes?limit=many', undefined, 400, 'request-not-valid'],
    ['a process that is not there', 'GET', '/api/processes/77', undefined, 404, 'process-not-found'],
    ['a plan that is not there', 'GET', '/api/plans/77', undefined, 404, 'plan-not-found'],
    ['a body that is too large', 'POST', '/api/plans', { plugin: 'x'.repeat(30_000) }, 413, 'body-too-large'],
    ['a document that is none', 'POST', '/api/processes/check', { document: { name: 'x' } }, 422, 'process-not-valid'],
    ['an unknown setting', 'PUT', '/api/settings/colour', { value: 'red' }, 404, 'setting-unknown'],
    ['a channel that is not there', 'GET', '/api/channels/nothing', undefined, 404, 'channel-not-found'],
  ];
  it.each(faults)(
    'answers %s with its code, a message and what to do',
    async (_what, method, path, body, status, code) => {
      const answer = await server.ask(method, path, body);
      expect([answer.status, answer.body.error.code]).toEqual([status, code]);
      expect(answer.body.error.message.length).toBeGreaterThan(10);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    },
  );

  it('refuses a package that is too large, garbage, or brings another plugin’s folder, and installs nothing', async () => {
    const send = async (bytes: Uint8Array<ArrayBuffer>) => {
      const form = new FormData();
      form.set('file', new Blob([bytes]), 'plugin.zip');
      return server.ask('POST', '/api/plugins/upload', form);
    };
    expect((await send(new Uint8Array(40_000))).body.error.code).toBe('body-too-large');
    expect((await send(new TextEncoder().encode('no package'))).body.error.code).toBe('package-not-readable');
    expect((await server.ask('GET', '/api/plugins?state=installed')).body.items).toEqual([]);
  });

  it('slows down whoever guesses passwords', async () => {
    const guess = () => server.ask('POST', '/api/session', { name: 'admin', password: 'guess' }, null);
    const answers = [];
    for (let turn = 0; turn < 25; turn += 1) answers.push((await guess()).status);
    expect(answers.slice(0, 10).every((status) => status === 401)).toBe(true);
    expect(answers.at(-1)).toBe(429);
  });
});

describe('answers', () => {
  const asking = (accepted: string, path: string, init: RequestInit = {}) =>
    fetch(new URL(path, server.url), {
      ...init,
      headers: {
        ...{ authorization: `Bearer ${server.token}`, 'accept-encoding': accepted },
        ...{ 'content-type': 'application/json' },
      },
    });
  const codingOf = ({ headers }: Response): string | null => headers.get('content-encoding');
  // more than one packet, and it shows a secret
  const makesToken = (accepted: string) => {
    const labels = Array.from({ length: 8 }, (_, number) => `${number}`.repeat(180));
    const body = JSON.stringify({ label: 'far', agent: `far-${accepted}`, labels });
    return asking(accepted, '/api/tokens', { method: 'POST', body });
  };

  it('over 1 kB are compressed as the reader wants them, by a list, the contract and the metrics alike', async () => {
    await makesToken('identity');
    for (const path of ['/api/tokens', '/api/openapi.json', '/metrics']) {
      const plain = await asking('identity', path);
      expect([codingOf(plain), plain.headers.get('vary')], path).toEqual([null, 'accept-encoding']);
      const whole = await plain.text();
      for (const [accepted, coding] of [
        ['br', 'br'],
        ['gzip, deflate', 'gzip'],
        ['br;q=0, gzip', 'gzip'],
        ['deflate', null],
      ] as const) {
        const answer = await asking(accepted, path);
        expect([codingOf(answer), answer.headers.get('vary')], `${path} as ${accepted}`).toEqual([
          coding,
          'accept-encoding',
        ]);
        if (coding) expect(Number(answer.headers.get('content-length')), path).toBeLessThan(whole.length / 2);
        const read = await answer.text();
        if (path !== '/metrics')
          expect(read.replace(/"lastUsedAt":"[^"]*"/g, '')).toBe(whole.replace(/"lastUsedAt":"[^"]*"/g, ''));
      }
    }
  });

  it('that are small, show a secret, have a tag, or go on for ever are sent as they are', async () => {
    expect(codingOf(await asking('gzip, br', '/healthz'))).toBe(null);
    const made = await makesToken('br');
    expect([made.status, codingOf(made)]).toEqual([201, null]);
    const { secret } = (await made.clone().json()) as { secret: string };
    expect((await made.text()).length).toBeGreaterThan(1024);
    expect(secret).toMatch(/^lockstep_/);
    const head = await asking('br', '/api/openapi.json', { method: 'HEAD' });
    expect([head.status, codingOf(head)]).toEqual([200, null]);
    const leaves = new AbortController();
    const events = await asking('br', '/api/events', { signal: leaves.signal });
    expect(codingOf(events)).toBe(null);
    // while the stream is open
    const { value } = await events.body!.getReader().read();
    expect(new TextDecoder().decode(value)).toBe('retry: 2000\n\n');
    leaves.abort();
  });

  it('that show a secret are those of these routes', () => {
    const shown = Object.values(api).flatMap((routes) =>
      Object.values(routes as Record<string, Route>).filter(showsSecret),
    );
    expect(shown.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /api/tokens']);
  });
});

describe('General: "try this URL"', () => {
  let channel: Server;
  afterAll(() => channel.close());

  it('says what a channel offers, or why it cannot be used, and changes nothing', async () => {
    const index = {
      good: {
        version: '1.0',
        description: 'Good.',
        capabilities: {},
        filename: 'good-1.0.tar.bz2',
        dsize: 1,
        sha1sum: 'a'.repeat(40),
      },
      bad: { description: 'No version.' },
    };
    channel = createServer((request, response) => {
      const found = request.url === '/testing/plugins.db';
      response.writeHead(found ? 200 : 404).end(found ? JSON.stringify(index) : '');
    });
    await new Promise<void>((done) => channel.listen(0, '127.0.0.1', done));
    const base = `http://127.0.0.1:${(channel.address() as AddressInfo).port}`;
    const tried = async (url: string) => (await server.ask('POST', '/api/settings/plugin_server/try', { url })).body;
    expect(await tried(`${base}/testing/`)).toMatchObject({ reachable: true, plugins: 1, newPlugins: 1, reason: null });
    expect((await tried(`${base}/testing/`)).problems).toHaveLength(1);
    for (const wrong of [`${base}/nothing/`, 'http://127.0.0.1:9/', 'testing']) {
      expect(await tried(wrong)).toMatchObject({ reachable: false, reason: expect.stringMatching(/./) });
    }
    expect((await server.ask('GET', '/api/settings')).body[0]).toMatchObject({ name: 'plugin_server', value: null });
  });
});

describe('stopping', () => {
  it('ends event streams, answers what is under way, and lets go of the data folder', async () => {
    const stopping = await startTestServer();
    const events = await fetch(new URL('/api/events', stopping.url), {
      headers: { authorization: `Bearer ${stopping.token}` },
    });
    const { body } = await stopping.ask('POST', '/api/examples');
    const waiting = stopping.ask('GET', `/api/operations/${body.id}?wait=20`);
    const text = events.text();
    expect((await waiting).body.state).toBe('success');
    await stopping.stop();
    expect(await text).toContain('event: operation');
    await expect(fetch(stopping.url)).rejects.toThrow();
  });
});
