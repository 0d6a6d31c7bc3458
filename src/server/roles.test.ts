import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { api } from '../api/index.ts';
import { type Permission, permissionTable, roleHas, roles } from '../api/permission.ts';
import type { Route } from '../api/route.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';

const routes = Object.values(api).flatMap((resource) => Object.values(resource) as Route[]);
/** The run routes need an engine that this file does not start; their permissions are in the same table. */
const mounted = (route: Route): boolean => server.app.hasRoute({ method: route.method, url: route.url });
const cells = routes.flatMap((route) =>
  ['nobody', ...roles].map((who) => ({ who, route, name: `${route.method} ${route.url}` })),
);

let server: TestServer;
const tokens: Record<string, string | null> = { nobody: null };

beforeAll(async () => {
  server = await startTestServer();
  for (const role of roles) {
    await server.ask('POST', '/api/users', { name: `a-${role}`, role });
    const { body } = await server.ask('POST', '/api/tokens', { label: 'test', user: `a-${role}` });
    tokens[role] = body.secret;
  }
});
afterAll(() => server.stop());

describe('who may do what', () => {
  it.each(cells)('$who asks $name as the table says', async ({ who, route }) => {
    if (!mounted(route)) return;
    const url = route.url.replace(/:\w+/g, 'nothing-of-this-name');
    const allowed = route.permission === 'public' || (who !== 'nobody' && roleHas(who as 'admin', route.permission));
    const response = await fetch(new URL(url, server.url), {
      method: route.method,
      // a body that no route takes: whoever is let in is told so, and nothing is done
      headers: {
        ...(tokens[who] && { authorization: `Bearer ${tokens[who]}` }),
        ...(route.method !== 'GET' && { 'content-type': 'application/x-not-taken' }),
      },
      ...(route.method !== 'GET' && route.method !== 'DELETE' && { body: 'x' }),
      signal: route.streams === 'text/event-stream' ? AbortSignal.timeout(3000) : null,
    });
    await response.body?.cancel();
    if (allowed) expect([401, 403]).not.toContain(response.status);
    else expect(response.status).toBe(who === 'nobody' ? 401 : 403);
  });

  it('names a permission of the table for every route, and only reading and signing in are free', () => {
    for (const route of routes) {
      if (route.permission === 'public') expect(route.url).toBe('/api/session');
      else expect(Object.keys(permissionTable)).toContain(route.permission);
    }
  });

  it('lets a scoped token do no more than its scopes, also where its user may do everything', async () => {
    const scopes: Permission[] = ['read'];
    const { body } = await server.ask('POST', '/api/tokens', { label: 'reader', scopes });
    expect((await server.ask('GET', '/api/plugins', undefined, body.secret)).status).toBe(200);
    expect((await server.ask('POST', '/api/plugins/update', undefined, body.secret)).status).toBe(403);
    expect((await server.ask('POST', '/api/session', { token: body.secret }, null)).status).toBe(403);
  });

  it('lets a limited token make neither a wider one nor a user that may more', async () => {
    const scopes: Permission[] = ['own-account', 'user-manage'];
    const { body } = await server.ask('POST', '/api/tokens', { label: 'small', scopes });
    for (const wider of [null, ['read'], ['own-account', 'plugin-manage']]) {
      const made = await server.ask('POST', '/api/tokens', { label: 'wide', scopes: wider }, body.secret);
      expect([wider, made.status]).toEqual([wider, 403]);
    }
    const same = await server.ask('POST', '/api/tokens', { label: 'same', scopes: ['own-account'] }, body.secret);
    expect(same.status).toBe(201);
    const admin = await server.ask('POST', '/api/users', { name: 'u-made', role: 'admin' }, body.secret);
    expect(admin.status).toBe(403);
  });

  it('ends what was remembered of a password with the password', async () => {
    await server.ask('POST', '/api/users', { name: 'u-basic', role: 'viewer', password: 'a first password' });
    const asks = async (password: string): Promise<number> => {
      const authorization = `Basic ${Buffer.from(`u-basic:${password}`).toString('base64')}`;
      return (await fetch(new URL('/rest/plugin/automationPlugin', server.url), { headers: { authorization } })).status;
    };
    expect(await asks('a first password')).toBe(200);
    await server.ask('PATCH', '/api/users/u-basic', { password: 'a second password' });
    expect([await asks('a first password'), await asks('a second password')]).toEqual([401, 200]);
  });
});

describe('secrets', () => {
  it('are kept as digests: neither the database nor the log holds a token', async () => {
    const { body } = await server.ask('POST', '/api/tokens', { label: 'shown once' });
    await fetch(new URL(`/api/plugins?token=${body.secret}`, server.url), {
      headers: { authorization: `Bearer ${body.secret}` },
    });
    await fetch(new URL('/api/plugins', server.url), { headers: { 'x-auth-token': `${body.secret}x` } });
    const rows = await server.services.store.db.selectFrom('access_token').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(body.secret);
    expect(server.logged.length).toBeGreaterThan(0);
    expect(server.logged.join('')).not.toMatch(/lockstep_[\w-]{20}/);
    expect(JSON.stringify((await server.ask('GET', '/api/activity')).body)).not.toContain('lockstep_');
  });

  it('are taken from no address, and repeated by no error', async () => {
    const { secret } = (await server.ask('POST', '/api/tokens', { label: 'in a mistake' })).body;
    const mistakes: [path: string, init: RequestInit, status: number][] = [
      [`/api/plugins?token=${secret}`, {}, 401],
      [`/api/plugins?access_token=${secret}&state=nonsense`, {}, 401],
      ['/api/plugins', { headers: { authorization: `Bearer ${secret}x` } }, 401],
      ['/0.2/pg_mgr', { headers: { 'x-auth-token': `${secret}x` } }, 401],
      [`/api/nothing?token=${secret}`, { headers: { 'x-auth-token': secret } }, 404],
      [
        '/api/session',
        { method: 'POST', body: `{"token": "${secret}"`, headers: { 'content-type': 'application/json' } },
        400,
      ],
      [`/api/tokens/${secret}`, { method: 'DELETE', headers: { 'x-auth-token': secret } }, 404],
    ];
    for (const [path, init, status] of mistakes) {
      const answer = await fetch(new URL(path, server.url), init);
      const heard = [...answer.headers].flat().join('\n') + (await answer.text());
      expect([path, answer.status]).toEqual([path, status]);
      expect(heard).not.toContain('lockstep_');
    }
    expect(server.logged.join('')).not.toContain(secret);
  });

  it('stop counting when they are revoked, have expired, or their user is disabled', async () => {
    const make = async () => (await server.ask('POST', '/api/tokens', { label: 'short', user: 'a-viewer' })).body;
    const works = async (secret: string) => (await server.ask('GET', '/api/plugins', undefined, secret)).status;
    const [revoked, expired, disabled] = [await make(), await make(), await make()];
    expect(await works(revoked.secret)).toBe(200);
    await server.ask('DELETE', `/api/tokens/${revoked.id}`);
    expect(await works(revoked.secret)).toBe(401);
    const past = { expires_at: new Date(0).toISOString() };
    await server.services.store.db.updateTable('access_token').set(past).where('id', '=', expired.id).execute();
    expect(await works(expired.secret)).toBe(401);
    await server.ask('PATCH', '/api/users/a-viewer', { disabled: true });
    expect(await works(disabled.secret)).toBe(401);
    await server.ask('PATCH', '/api/users/a-viewer', { disabled: false });
  });

  it('keep one admin, whoever asks', async () => {
    await server.ask('DELETE', '/api/users/a-admin');
    const answer = await server.ask('DELETE', '/api/users/admin');
    expect([answer.status, answer.body.error.code]).toEqual([409, 'last-admin']);
    for (const change of [{ role: 'viewer' }, { disabled: true }]) {
      const changed = await server.ask('PATCH', '/api/users/admin', change);
      expect([changed.status, changed.body.error?.code]).toEqual([409, 'last-admin']);
    }
  });
});

describe('the page', () => {
  it('signs in with a password, keeps a cookie that no script reads, and changes nothing without its header', async () => {
    await server.ask('POST', '/api/users', { name: 'ada', role: 'plugin-manager', password: 'a long password' });
    const url = (path: string) => new URL(path, server.url);
    const json = { 'content-type': 'application/json' };
    const wrong = await fetch(url('/api/session'), {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ name: 'ada', password: 'wrong' }),
    });
    expect(wrong.status).toBe(401);
    const right = await fetch(url('/api/session'), {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ name: 'ada', password: 'a long password' }),
    });
    const cookie = right.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    const carried = { cookie: cookie.split(';', 1)[0]! };
    expect((await fetch(url('/api/plugins'), { headers: carried })).status).toBe(200);
    const forged = await fetch(url('/api/plugins/update'), { method: 'POST', headers: carried });
    expect(forged.status).toBe(401);
    const own = await fetch(url('/api/plugins/update'), {
      method: 'POST',
      headers: { ...carried, 'x-lockstep-page': '1' },
    });
    expect(own.status).toBe(202);
    await fetch(url('/api/session'), { method: 'DELETE', headers: { ...carried, 'x-lockstep-page': '1' } });
    expect((await fetch(url('/api/plugins'), { headers: carried })).status).toBe(401);
  });

  it('is sent with a policy that runs no inline script', async () => {
    const { headers } = await fetch(server.url);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(/script-src[^;]*unsafe/.test(policy)).toBe(false);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});
