import { readdir, readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Role, roles } from '../api/permission.ts';
import { readFolder, writePackage } from '../package/index.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';

/** One of each kind of secret; none may stand in any answer to whoever may not edit. */
const planted = {
  step: 'SECRET-of-a-step-91',
  property: 'SECRET-of-a-process-92',
  definition: 'SECRET-of-a-form-93',
  proxy: 'SECRET-of-a-proxy-94',
  channel: 'PLANTED-channel-17',
  client: 'SECRET-of-a-client-96',
} as const;

let server: TestServer;
const tokens: Record<string, string | null> = { nobody: null };
/** From the router itself: what is mounted, whatever anybody declared. */
const mounted: { method: string; url: string }[] = [];

beforeAll(async () => {
  const openid = {
    ...{ issuer: 'http://127.0.0.1:9', name: 'Example', clientId: 'lockstep', clientSecret: () => planted.client },
    ...{ scopes: ['openid'], nameClaim: 'name', groupsClaim: 'groups', roles: {}, everybody: null },
    ...{ sessionHours: 12, tokenDays: 30 },
  };
  const listen = { host: '127.0.0.1', port: 0, url: 'http://localhost/', proxies: [], grace: 0 };
  server = await startTestServer({ openid, listen }, {}, { onRoute: (route) => mounted.push(route) });
  for (const role of roles) {
    await server.ask('POST', '/api/users', { name: `u-${role}`, role });
    tokens[role] = (await server.ask('POST', '/api/tokens', { label: 'walk', user: `u-${role}` })).body.secret;
  }
  const examples = fileURLToPath(new URL('../../examples', import.meta.url));
  const form = new FormData();
  const xml = `<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1"><header><identifier id="org.walk" name="Walk" version="1"/>
    <description/><tag>Walk</tag></header><step-type name="Go"><description/><properties><property name="pw" required="false">
    <property-ui type="secureBox" label="pw"/></property></properties><post-processing><![CDATA[]]></post-processing>
    <command program="true"/></step-type></plugin>`;
  const tree = await readFolder(`${examples}/fleet-tools/1`, { root: 'org.walk' });
  const entries = tree.entries.map((one) =>
    one.kind === 'file' && one.path === 'plugin.xml' ? { ...one, bytes: Buffer.from(xml) } : one,
  );
  form.append('file', new Blob([new Uint8Array(await writePackage({ ...tree, entries }, 'tar.gz'))]), 'walk.tar.gz');
  await server.ended((await server.ask('POST', '/api/plugins/upload', form)).body);
  const step = {
    type: 'plugin',
    name: 'Go now',
    pluginName: 'Walk',
    pluginVersion: 1,
    commandName: 'Go',
    properties: { pw: planted.step },
    children: [],
  };
  await server.ask('POST', '/api/processes', {
    kind: 'generic',
    document: {
      name: 'Walked',
      properties: [{ name: 'p', value: planted.property, secure: true }],
      propDefs: [{ name: 'd', type: 'SECURE', value: planted.definition }],
      rootActivity: { type: 'graph', name: 'g', edges: [{ to: 'Go now', type: 'ALWAYS' }], children: [step] },
    },
  });
  const { body: saved } = await server.ask('GET', '/api/processes/1');
  await server.ask('PUT', '/api/processes/1', {
    expectedVersion: 1,
    document: { ...saved.document, description: 'second' },
  });
  await server.ask('PUT', '/api/settings/http_proxy', { value: `http://user:${planted.proxy}@127.0.0.1:9` });
  await server.ask('PUT', '/api/settings/plugin_server', { value: `http://user:${planted.channel}@127.0.0.1:9/x/` });
  await server.ended((await server.ask('POST', '/api/plugins/update')).body);
  for (const file of (await readdir(`${examples}/processes`)).slice(0, 2)) {
    const more = new FormData();
    more.append('file', new Blob([await readFile(`${examples}/processes/${file}`)]), file);
    await server.ask('POST', '/api/processes/import', more);
  }
}, 120_000);
afterAll(() => server.stop());

/** A route's address with something there for each parameter. */
function addressOf(url: string): string {
  const known: Record<string, string> = {
    id: '1',
    process: '1',
    version: '1',
    param: 'http_proxy',
    name: 'http_proxy',
  };
  return url.replace(/:(\w+)/g, (_, name: string) => known[name] ?? 'x').replace('*', 'plugins.db');
}

/** The same address as clever people write it. */
function spellings(path: string): string[] {
  const percent = path.replace(/[a-z](?=[a-z]*$)/i, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return [path, percent, `/${path}`, `${path}?x=1`].filter((one, index, all) => all.indexOf(one) === index);
}

/** A stream stays open and says what the other routes say. */
const open = new Set(['/api/events']);

describe('every door of the running server', () => {
  it('shows no secret to whoever may not edit, however the address is written', async () => {
    const leaks: string[] = [];
    let asked = 0;
    const walked = mounted.filter(({ method, url }) => (method === 'GET' || method === 'POST') && !open.has(url));
    expect(walked.length).toBeGreaterThan(100);
    for (const { method, url } of walked) {
      for (const who of ['nobody', 'viewer'] as const) {
        for (const spelling of method === 'GET' ? spellings(addressOf(url)) : [addressOf(url)]) {
          const body = method === 'POST' ? JSON.stringify(bodyFor(url)) : undefined;
          const { text } = await ask(method, spelling, tokens[who]!, body);
          asked += 1;
          for (const [kind, secret] of Object.entries(planted)) {
            if (text.includes(secret)) leaks.push(`${method} ${spelling} as ${who}: ${kind}`);
          }
        }
      }
    }
    console.log(`walked ${walked.length} routes in ${asked} requests`);
    expect(leaks).toEqual([]);
  }, 300_000);

  it('lets nobody do what is not theirs, however the address is written, and asks who comes before reading a body', async () => {
    const wrong: string[] = [];
    const big = JSON.stringify({ x: 'y'.repeat(100_000) });
    const changing = mounted.filter(
      ({ method, url }) => !['GET', 'HEAD', 'OPTIONS'].includes(method) && url !== '/api/session',
    );
    for (const { method, url } of changing) {
      for (const who of ['nobody', 'viewer'] as const) {
        if (who === 'viewer' && viewersOwn.has(`${method} ${url}`)) continue;
        for (const spelling of spellings(addressOf(url))) {
          const { status } = await ask(method, spelling, tokens[who]!, big);
          const refused = who === 'nobody' ? [401] : [403];
          // an address that leads nowhere does nothing
          if (![...refused, 404].includes(status)) wrong.push(`${method} ${spelling} as ${who}: ${status}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  }, 300_000);

  it('gives whoever may edit an export with its secrets, and a viewer one without', async () => {
    const { text: whole } = await ask(
      'POST',
      '/api/processes/export',
      tokens['process-owner' satisfies Role]!,
      '{"ids":null}',
    );
    expect(whole).toContain(planted.step);
    const { text: shown } = await ask('POST', '/api/processes/export', tokens['viewer']!, '{"ids":null}');
    expect(shown).toContain('"Walked"');
    expect(shown).not.toContain('SECRET-');
  });

  it('uncovers no hidden value by editing: not under another plugin, not under another step', async () => {
    const { body } = await server.ask('GET', '/api/processes/1');
    for (const change of [{ pluginName: 'No Such Plugin' }, { commandName: 'Stop' }]) {
      const [step] = body.document.rootActivity.children;
      const document = {
        ...body.document,
        rootActivity: { ...body.document.rootActivity, children: [{ ...step, ...change }] },
      };
      const { status, body: answer } = await server.ask('PUT', '/api/processes/1', {
        expectedVersion: body.version,
        document,
      });
      expect([status, answer.error?.code]).toEqual([422, 'process-not-valid']);
    }
    const kept = await server.ask('PUT', '/api/processes/1', {
      expectedVersion: body.version,
      document: { ...body.document, description: 'third' },
    });
    expect(kept.status).toBe(200);
    const { text } = await ask('POST', '/api/processes/export', tokens['admin']!, '{"ids":["1"]}');
    for (const secret of [planted.step, planted.property, planted.definition]) expect(text).toContain(secret);
  });

  it('uncovers no hidden value by editing what says that it is one', async () => {
    const graph = { type: 'graph', name: 'g', edges: [], children: [] };
    const document = {
      name: 'Own secrets',
      properties: [
        { name: 'p', value: 'PLANTED-OWN-71', secure: 'true' },
        { name: 'copy', value: 'before PLANTED-OWN-71 after' },
      ],
      propDefs: [{ name: 'd', type: 'Secure', value: 'PLANTED-OWN-72' }],
      rootActivity: graph,
    };
    const { body: made } = await server.ask('POST', '/api/processes', { kind: 'generic', document });
    const path = `/api/processes/${made.id}`;
    const seen = async () =>
      JSON.stringify([await server.ask('GET', path), await server.ask('GET', `${path}/versions/1`)]);
    expect(await seen()).not.toContain('PLANTED');
    const { document: shown, version } = (await server.ask('GET', path)).body;
    const [p, copy] = shown.properties;
    const [d] = shown.propDefs;
    const save = (change: object) =>
      server.ask('PUT', path, { expectedVersion: version, document: { ...shown, ...change } });
    for (const change of [
      { properties: [{ ...p, secure: false }, copy] },
      { properties: [{ name: 'p', value: p.value }, copy] },
      { properties: [copy] },
      { properties: [{ ...p, value: 'new' }, copy] },
      { properties: [p, { ...copy, name: 'other' }] },
      { propDefs: [{ ...d, type: 'TEXT' }] },
      { propDefs: [], properties: [p, copy, { name: 'd', value: d.value }] },
    ]) {
      const { status, body } = await save(change);
      expect([JSON.stringify(change), status, body.error?.code]).toEqual([
        JSON.stringify(change),
        422,
        'process-not-valid',
      ]);
    }
    expect((await save({ description: 'kept', properties: [copy, p] })).status).toBe(200);
    expect(await seen()).not.toContain('PLANTED');
    const { text } = await ask('POST', '/api/processes/export', tokens['admin']!, JSON.stringify({ ids: [made.id] }));
    expect(text.match(/PLANTED-OWN-7[12]/g)).toHaveLength(3);
    await server.ask('PUT', path, {
      expectedVersion: 2,
      document: { ...document, properties: [{ name: 'renamed', value: 'PLANTED-OWN-71' }] },
    });
    const difference = await server.ask('GET', `${path}/diff?from=2&to=3`);
    expect([difference.status, JSON.stringify(difference.body).includes('PLANTED')]).toEqual([200, false]);
    await server.ask('DELETE', path);
  });

  it('stores nothing that it answers with an error', async () => {
    const before = (await server.ask('GET', '/api/processes')).body.total;
    const graph = { type: 'graph', name: 'g', edges: [], children: [] };
    const documents = [
      { name: 'bad', properties: 7, rootActivity: graph },
      { name: 'bad', rootActivity: { ...graph, children: 'no', edges: 7 } },
      { name: 'bad', rootActivity: { ...graph, children: [{ type: 'plugin', name: { a: 1 } }] } },
      { name: 'bad', rootActivity: { ...graph, children: [{ type: 'plugin', name: 'a', properties: 'x' }] } },
    ];
    for (const document of documents) {
      const { status } = await server.ask('POST', '/api/processes', { kind: 'generic', document });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      const checked = await server.ask('POST', '/api/processes/check', { document });
      expect([checked.status, checked.body.error?.code]).toEqual([422, 'process-not-valid']);
      const old = await ask('PUT', '/cli/process/create', tokens['admin']!, JSON.stringify(document));
      expect(old.status).toBeLessThan(500);
      expect(old.status).toBeGreaterThanOrEqual(400);
    }
    expect((await server.ask('GET', '/api/processes')).body.total).toBe(before);
  });

  it('refuses JSON that nests without end at every door that takes some', async () => {
    const deep = `{"x":${'['.repeat(200_000)}`;
    for (const path of ['/api/processes', '/api/processes/1/check', '/rest/process/import', '/rest/process/request']) {
      expect((await ask('POST', path, tokens['admin']!, deep)).status).toBeLessThan(500);
    }
    expect((await ask('PUT', '/cli/process/create', tokens['admin']!, deep)).status).toBeLessThan(500);
    expect((await ask('POST', '/rest/process/request', tokens['admin']!, '{"processId":{"$ne":1}}')).status).toBe(400);
    expect((await ask('POST', '/0.2/pg_mgr/install/install', tokens['admin']!, '{"id":"constructor"}')).status).toBe(
      400,
    );
  });

  it('slows guesses down at each road, and lets a limited token change no password', async () => {
    await server.ask('PATCH', '/api/users/u-viewer', { password: 'a right password' });
    const basic = (password: string) => `Basic ${Buffer.from(`u-viewer:${password}`).toString('base64')}`;
    const guess = (password: string) =>
      fetch(new URL('/0.2/status', server.url), {
        headers: { authorization: basic(password), accept: 'application/vnd.proformatique.provd+json' },
      });
    for (let i = 0; i < 20; i += 1) expect((await guess(`wrong ${i}`)).status).toBe(401);
    expect((await guess('a right password')).status).toBe(429);
    const { body } = await server.ask('POST', '/api/tokens', { label: 'small', scopes: ['own-account'] });
    const changed = await server.ask(
      'PUT',
      '/api/session/password',
      { current: 'x', next: 'attacker password' },
      body.secret,
    );
    expect(changed.status).toBe(403);
  });
});

/** What a viewer may do: sign out, keep an own password and own tokens. */
const viewersOwn = new Set([
  'POST /api/tokens',
  'DELETE /api/tokens/:id',
  'PUT /api/session/password',
  'DELETE /api/session',
  'POST /api/processes/check',
  'POST /api/processes/export',
  'POST /api/session',
]);

function bodyFor(url: string): object {
  if (url.endsWith('/export')) return { ids: null };
  return {};
}

/** Connections are kept, and an address is sent as it is written: this asks by the thousand. */
const agent = new Agent({ keepAlive: true });
afterAll(() => agent.destroy());

function ask(
  method: string,
  path: string,
  token: string | null,
  body?: string,
): Promise<{ status: number; text: string }> {
  const old = path.includes('0.2') || path.includes('provd');
  const headers = {
    accept: '*/*',
    ...(token && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && {
      'content-type': old ? 'application/vnd.proformatique.provd+json' : 'application/json',
      'content-length': String(Buffer.byteLength(body)),
    }),
  };
  const { hostname, port } = new URL(server.url);
  return new Promise((done, fail) => {
    let answered = false;
    const asked = request({ agent, hostname, port, method, path, headers, timeout: 30_000 }, (response) => {
      answered = true;
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.on('end', () => done({ status: response.statusCode!, text }));
      response.on('error', fail);
    });
    // whoever is refused before the body is read may be cut off while still sending it
    asked.on('error', (error) => !answered && fail(error));
    asked.on('timeout', () => asked.destroy(new Error(`${method} ${path}: no answer`)));
    asked.end(body);
  });
}
