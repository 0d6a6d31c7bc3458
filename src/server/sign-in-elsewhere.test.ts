import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { OpenIdSettings } from '../service/settings/openid-settings.ts';
import { startProvider, type TestProvider } from './testing/start-provider.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';
import { TestBrowser } from './testing/test-browser.ts';

const url = 'https://tools.example.org/lockstep';
const listen = { host: '127.0.0.1', port: 0, url, proxies: ['127.0.0.1'], grace: 0 };

let provider: TestProvider;
let server: TestServer;

const settings = (change: Partial<OpenIdSettings> = {}): OpenIdSettings => ({
  issuer: provider.issuer,
  name: 'Example',
  clientId: 'lockstep',
  clientSecret: () => provider.clientSecret,
  scopes: ['openid', 'profile', 'groups'],
  nameClaim: 'preferred_username',
  groupsClaim: 'groups',
  roles: { 'lockstep-admins': 'admin', makers: 'process-owner', 'plugin people': 'plugin-manager' },
  everybody: null,
  sessionHours: 12,
  tokenDays: 30,
  ...change,
});

beforeAll(async () => {
  provider = await startProvider(url);
  server = await startTestServer({ listen, openid: settings() });
}, 60_000);
afterAll(async () => {
  await server.stop();
  await provider.stop();
});

let addresses = 0;
/** Each test comes from an address of its own, so that the brake of one is not that of another. */
let from: string;
beforeEach(() => {
  addresses += 1;
  from = `10.9.0.${addresses}`;
  provider.idTokenSeconds = 600;
});

function browser(at: TestServer = server): TestBrowser {
  const plain = new TestBrowser({ [url]: at.url.replace(/\/$/, '') });
  const open = plain.open.bind(plain);
  plain.open = (address, init = {}) =>
    open(address, address.startsWith(url) ? { ...init, headers: { ...init.headers, 'x-forwarded-for': from } } : init);
  return plain;
}

const isCallback = (address: string) => address.startsWith(`${url}/api/session/openid/callback`);

/** Signs somebody in as far as their first page. */
async function signIn(who: string, name: string, groups?: unknown, with_ = browser()) {
  provider.people.set(who, { name, groups });
  provider.who = who;
  const ended = await with_.go(`${url}/api/session/openid`);
  const { user } = await (await with_.open(`${url}/api/session`)).json();
  return { browser: with_, ended, user };
}

describe('signing in at an OpenID Connect provider', () => {
  it('is offered by the name of the configuration, and its secret is told to nobody', async () => {
    const { body } = await server.ask('GET', '/api/session', undefined, null);
    expect(body.openid).toEqual({ name: 'Example', address: '/api/session/openid' });
    await signIn('s-first', 'first', ['makers']);
    for (const path of ['/api/session', '/api/settings', '/api/users', '/api/activity', '/0.2/configure', '/metrics'])
      expect(JSON.stringify((await server.ask('GET', path)).body)).not.toContain(provider.clientSecret);
    expect(server.logged.join('')).not.toContain(provider.clientSecret);
    expect(JSON.stringify(server.services.config)).not.toContain(provider.clientSecret);
  });

  it.each([
    [['makers'], 'process-owner'],
    [['others', 'makers', 'plugin people'], 'plugin-manager'],
    [['lockstep-admins', 'makers'], 'admin'],
    ['makers', 'process-owner'],
  ])('gives who is in %j the role %s, at the first sign-in', async (groups, role) => {
    const who = `s-${role}-${typeof groups}`;
    const { ended, user, browser: own } = await signIn(who, who, groups);
    expect(ended).toBe(`${url}/`);
    expect(user).toMatchObject({ name: who, role, via: 'page', elsewhere: true });
    expect(own.cookie('lockstep_sign_in')).toBeUndefined();
    const { body } = await server.ask('GET', '/api/users');
    const made = body.find((one: { name: string }) => one.name === who);
    expect(made).toMatchObject({ hasPassword: false, elsewhere: { issuer: provider.issuer, subject: who } });
    expect(made.groups).toEqual([groups].flat());
  });

  it.each([[['others']], [[]], [undefined], [['constructor', '__proto__']]])(
    'lets nobody in who is in %j only',
    async (groups) => {
      const { ended, user } = await signIn('s-none', 'none', groups);
      expect(ended).toBe(`${url}/?sign-in-failed=sign-in-no-role`);
      expect(user).toBeNull();
    },
  );

  it('names groups that are no list instead of taking them for none', async () => {
    const { ended } = await signIn('s-odd', 'odd', { makers: true });
    expect(ended).toBe(`${url}/?sign-in-failed=sign-in-refused`);
    expect(server.logged.join('')).toContain('no list of groups');
  });

  it('goes back to where the person was in the page, and nowhere else', async () => {
    const ends = async (back: string) => {
      const own = browser();
      provider.people.set('s-back', { name: 'back', groups: ['makers'] });
      provider.who = 's-back';
      return own.go(`${url}/api/session/openid?back=${encodeURIComponent(back)}`);
    };
    expect(await ends('/plugins?search=a')).toBe(`${url}/plugins?search=a`);
    for (const elsewhere of ['//evil.example', '/\\evil.example', 'https://evil.example/', '/\t/evil.example'])
      expect(await ends(elsewhere)).toBe(`${url}/`);
  });

  it('follows the groups at the next sign-in: another role, or none and an end of sessions and tokens', async () => {
    const { browser: own } = await signIn('s-moves', 'moves', ['lockstep-admins']);
    const token = (await server.ask('POST', '/api/tokens', { label: 'line', user: 'moves' })).body.secret;
    const asks = async (path: string) => (await server.ask('GET', path, undefined, token)).status;
    expect(await asks('/api/users')).toBe(200);
    expect((await signIn('s-moves', 'renamed', ['makers'])).user).toMatchObject({
      name: 'moves',
      role: 'process-owner',
    });
    expect([await asks('/api/users'), await asks('/api/plugins')]).toEqual([403, 200]);
    expect((await signIn('s-moves', 'moves', [])).user).toBeNull();
    expect(await asks('/api/plugins')).toBe(401);
    expect((await (await own.open(`${url}/api/session`)).json()).user).toBeNull();
    expect((await signIn('s-moves', 'moves', ['makers'])).user).toMatchObject({ role: 'process-owner' });
    expect(await asks('/api/plugins')).toBe(200);
  });

  it('ends sessions after the configured time, and lets tokens rest of who stays away', async () => {
    const { browser: own } = await signIn('s-away', 'away', ['makers']);
    const token = (await server.ask('POST', '/api/tokens', { label: 'line', user: 'away' })).body.secret;
    const { db } = server.services.store;
    const session = await db
      .selectFrom('page_session')
      .selectAll()
      .where('account', '=', 'away')
      .executeTakeFirstOrThrow();
    expect(Date.parse(session.expires_at) - Date.parse(session.created_at)).toBe(12 * 3_600_000);
    await db
      .updateTable('page_session')
      .set({ expires_at: new Date(0).toISOString() })
      .where('account', '=', 'away')
      .execute();
    expect((await (await own.open(`${url}/api/session`)).json()).user).toBeNull();
    expect((await server.ask('GET', '/api/plugins', undefined, token)).status).toBe(200);
    await db
      .updateTable('account')
      .set({ trusted_until: new Date(0).toISOString() })
      .where('name', '=', 'away')
      .execute();
    await server.ask('PATCH', '/api/users/away', { disabled: false });
    expect((await server.ask('GET', '/api/plugins', undefined, token)).status).toBe(401);
  });

  it('has no password here, neither a page’s nor one for old tools, and takes its role from there', async () => {
    await signIn('s-bare', 'bare', ['makers']);
    for (const change of [
      { password: 'a long password' },
      { oldToolsPassword: 'a long password' },
      { role: 'admin' },
    ]) {
      const { status, body } = await server.ask('PATCH', '/api/users/bare', change);
      expect([status, body.error?.code]).toEqual([403, 'not-allowed']);
    }
    const token = (await server.ask('POST', '/api/tokens', { label: 'line', user: 'bare' })).body.secret;
    const own = { current: '', next: 'a long password' };
    expect((await server.ask('PUT', '/api/session/password', own, token)).status).toBe(403);
    await server.ask('PATCH', '/api/users/bare', { disabled: true });
    expect((await signIn('s-bare', 'bare', ['makers'])).user).toBeNull();
  });

  it('signs out there too', async () => {
    const { browser: own } = await signIn('s-out', 'out', ['makers']);
    await own.open(`${url}/api/session`, { method: 'DELETE', headers: { 'x-lockstep-page': '1' } });
    const there = await own.go(`${url}/api/session/openid/end`, () => true);
    expect(there.startsWith(`${provider.issuer}/session/end?`)).toBe(true);
    expect(new URL(there).searchParams.get('post_logout_redirect_uri')).toBe(`${url}/`);
  });
});

describe('a name that is taken', () => {
  it('is taken over by nobody, however it is spelled, until an admin links the person', async () => {
    await server.ask('POST', '/api/users', { name: 'ada', role: 'admin', password: 'a local password' });
    const local = (await server.ask('POST', '/api/tokens', { label: 'local', user: 'ada' })).body.secret;
    for (const name of ['ada', 'Ada']) {
      const { ended, user } = await signIn('s-ada', name, ['makers']);
      expect([ended, user]).toEqual([`${url}/?sign-in-failed=sign-in-name-taken`, null]);
    }
    const { body } = await server.ask('GET', '/api/activity');
    expect(JSON.stringify(body)).toContain('subject s-ada)');
    expect((await server.ask('POST', '/api/session', { name: 'ada', password: 'a local password' }, null)).status).toBe(
      200,
    );

    const linked = await server.ask('PUT', '/api/users/ada/elsewhere', { subject: 's-ada' });
    expect(linked.body).toMatchObject({ name: 'ada', elsewhere: { subject: 's-ada' }, hasPassword: false });
    expect((await server.ask('POST', '/api/session', { name: 'ada', password: 'a local password' }, null)).status).toBe(
      401,
    );
    expect((await server.ask('GET', '/api/plugins', undefined, local)).status).toBe(401);
    expect((await signIn('s-other', 'ada', ['makers'])).user).toBeNull();
    expect((await signIn('s-ada', 'ada', ['makers'])).user).toMatchObject({ name: 'ada', role: 'process-owner' });

    expect((await server.ask('DELETE', '/api/users/ada/elsewhere')).body.elsewhere).toBeNull();
    expect((await signIn('s-ada', 'ada', ['makers'])).ended).toContain('sign-in-name-taken');
  });

  it('links nobody twice, leaves an admin who signs in here, and is not for a limited token', async () => {
    await signIn('s-one', 'one', ['makers']);
    await server.ask('POST', '/api/users', { name: 'two', role: 'viewer' });
    const twice = await server.ask('PUT', '/api/users/two/elsewhere', { subject: 's-one' });
    expect([twice.status, twice.body.error.code]).toEqual([409, 'user-exists']);
    await signIn('s-chief', 'chief', ['lockstep-admins']);
    const last = await server.ask('PUT', '/api/users/admin/elsewhere', { subject: 's-me' });
    expect([last.status, last.body.error.code]).toEqual([409, 'last-admin']);
    const { body } = await server.ask('POST', '/api/tokens', { label: 'small', scopes: ['user-manage'] });
    await server.ask('POST', '/api/users', { name: 'boss', role: 'admin' });
    expect((await server.ask('PUT', '/api/users/boss/elsewhere', { subject: 's-me' }, body.secret)).status).toBe(403);
  });
});

describe('a sign-in that is not what it was when it began', () => {
  /** As far as the address that the provider sends the browser back to. */
  async function almost(own = browser(), change: (address: URL) => void = () => {}) {
    provider.people.set('s-victim', { name: 'victim', groups: ['makers'] });
    provider.who = 's-victim';
    const there = new URL(await own.go(`${url}/api/session/openid`, () => true));
    change(there);
    return { own, back: new URL(await own.go(there.href, isCallback)) };
  }
  const failed = async (own: TestBrowser, back: URL) =>
    new URL(await own.go(back.href)).searchParams.get('sign-in-failed');

  it('is refused with another state', async () => {
    const { own, back } = await almost();
    back.searchParams.set('state', 'another');
    expect(await failed(own, back)).toBe('sign-in-refused');
    expect(own.cookie('lockstep_session')).toBeUndefined();
  });

  it('is refused with another nonce', async () => {
    const { own, back } = await almost(browser(), (there) => there.searchParams.set('nonce', 'another'));
    expect(await failed(own, back)).toBe('sign-in-refused');
  });

  it('is refused in another browser, with a code of another browser, and a second time', async () => {
    const { own, back } = await almost();
    expect(await failed(browser(), back)).toBe('sign-in-expired');
    const other = await almost();
    const mixed = new URL(other.back);
    mixed.searchParams.set('code', back.searchParams.get('code')!);
    expect(await failed(other.own, mixed)).toBe('sign-in-refused');
    expect(await failed(own, back)).toBe(null);
    expect(await failed(own, back)).toBe('sign-in-expired');
  });

  it('is refused where the answer names another issuer', async () => {
    const { own, back } = await almost();
    back.searchParams.set('iss', 'https://other.example');
    expect(await failed(own, back)).toBe('sign-in-refused');
  });

  it('is refused with a token that has expired', async () => {
    provider.idTokenSeconds = -3600;
    const { own, back } = await almost();
    expect(await failed(own, back)).toBe('sign-in-refused');
    expect(server.logged.join('')).toMatch(/expired|"exp"/);
  });

  it('is refused without an answer where the provider says no, in the words of the log', async () => {
    const { own, back } = await almost();
    for (const name of ['code']) back.searchParams.delete(name);
    back.searchParams.set('error', 'access_denied');
    expect(await failed(own, back)).toBe('sign-in-refused');
    expect(server.logged.join('')).toContain('the provider says \\"access_denied\\"');
  });

  it('is slowed down like wrong passwords, and the right one too', async () => {
    for (let i = 0; i < 30; i += 1) {
      const nobody = new URL(`${url}/api/session/openid/callback?code=x&state=${i}`);
      expect(await failed(browser(), nobody)).toBe('sign-in-expired');
    }
    for (let i = 0; i < 20; i += 1) {
      const { own, back } = await almost();
      back.searchParams.set('state', 'another');
      expect(await failed(own, back)).toBe('sign-in-refused');
    }
    const { own, back } = await almost();
    expect(await failed(own, back)).toBe('too-many-requests');
  });
});

describe('a provider that is not there, or is another', () => {
  it('is asked through the proxy of the settings, where it is seen by no other way', async () => {
    const far = await startProvider(url, 'http://id.invalid');
    onTestFinished(() => far.stop());
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('request', (incoming, outgoing) => {
      const { host, pathname, search } = new URL(incoming.url ?? '');
      asked.push(host);
      const { method, headers } = incoming;
      const onward = request(far.address + pathname + search, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(onward);
    });
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
    onTestFinished(() => void proxy.close().closeAllConnections());
    const other = await startTestServer({ listen, openid: settings({ issuer: far.issuer }) });
    onTestFinished(() => other.stop());
    const through = new TestBrowser({ [url]: other.url.replace(/\/$/, ''), [far.issuer]: far.address });
    const begin = `${url}/api/session/openid`;
    const value = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    expect((await other.ask('PUT', '/api/settings/http_proxy', { value })).status).toBe(200);
    far.people.set('s-far', { name: 'far', groups: ['makers'] });
    far.who = 's-far';
    expect([await through.go(begin), asked.length > 0]).toEqual([`${url}/`, true]);
    const { user } = await (await through.open(`${url}/api/session`)).json();
    expect(user).toMatchObject({ name: 'far', role: 'process-owner' });
    expect([...new Set(asked)]).toEqual(['id.invalid']);
  });

  it('is named by the doctor, and local users sign in as ever', async () => {
    const wrong = settings({ issuer: provider.issuer.replace('127.0.0.1', 'localhost') });
    const gone = settings({ issuer: 'http://127.0.0.1:9' });
    for (const [openid, why] of [
      [wrong, /does not answer as a provider of this name/],
      [gone, /it refuses connections/],
    ] as const) {
      const other = await startTestServer({ listen, openid });
      try {
        expect(await browser(other).go(`${url}/api/session/openid`)).toBe(`${url}/?sign-in-failed=sign-in-unreachable`);
        const { body } = await other.ask('GET', '/api/doctor');
        const found = body.problems.find(({ code }: { code: string }) => code === 'sign-in-unreachable');
        expect(found).toMatchObject({ severity: 'error', message: expect.stringMatching(why) });
        expect((await other.ask('GET', '/api/plugins')).status).toBe(200);
      } finally {
        await other.stop();
      }
    }
    const { body } = await server.ask('GET', '/api/doctor');
    expect(JSON.stringify(body)).not.toContain('sign-in-unreachable');
  });
});
