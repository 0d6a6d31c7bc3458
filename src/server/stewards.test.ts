import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { api } from '../api/index.ts';
import { roleHas } from '../api/permission.ts';
import type { Route } from '../api/route.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';

/** Steward of the component "web" alone; "db" is another's, and one process has no owner. */
let server: TestServer;
let token: string;
const ids: Record<string, string> = {};
const mounted: { method: string; url: string }[] = [];
const contract = Object.values(api).flatMap((resource) => Object.values(resource) as Route[]);
const plugin = 'org.example.fleet-tools';

const documentOf = (name: string, description = '') => ({
  name,
  description,
  rootActivity: {
    type: 'graph',
    name,
    edges: [{ to: 'Restart', type: 'ALWAYS' }],
    children: [
      {
        type: 'plugin',
        name: 'Restart',
        pluginName: 'Fleet Tools',
        pluginVersion: 1,
        commandName: 'Restart Phone',
        properties: {},
        children: [],
      },
    ],
  },
});

beforeAll(async () => {
  server = await startTestServer({}, {}, { onRoute: (route) => mounted.push(route) });
  await server.ended((await server.ask('POST', '/api/examples')).body);
  for (const { id } of (await server.ask('GET', '/api/processes?limit=500')).body.items)
    await server.ask('DELETE', `/api/processes/${id}`);
  for (const [key, kind, owner] of [
    ['web', 'component', 'web'],
    ['db', 'component', 'db'],
    ['none', 'generic', null],
  ] as const) {
    const made = await server.ask('POST', '/api/processes', { kind, owner, document: documentOf(`Deploy ${key}`) });
    expect(made.status).toBe(201);
    ids[key] = made.body.id;
  }
  await server.ask('POST', '/api/users', { name: 'ada', role: 'viewer' });
  await grant('process-owner', 'web');
  token = (await server.ask('POST', '/api/tokens', { label: 'walk', user: 'ada' })).body.secret;
}, 60_000);
afterAll(() => server.stop());

const grant = async (role: string, owner: string | null, kind = 'user', holder = 'ada'): Promise<string> =>
  (await server.ask('POST', '/api/grants', { kind, holder, role, owner })).body.id;
const as = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown) =>
  server.ask(method, path, body, token);
/** Everything of a process that somebody could change, runs of it included. */
const stateOf = async (...keys: string[]) => {
  const { db } = server.services.store;
  const of = keys.map((key) => Number(ids[key]));
  return JSON.stringify([
    await db.selectFrom('process').selectAll().where('id', 'in', of).orderBy('id').execute(),
    await db.selectFrom('process_version').select(['process_id', 'version']).where('process_id', 'in', of).execute(),
    await db.selectFrom('run').select('run_id').where('process_id', 'in', of).execute(),
  ]);
};

describe('a role for the processes of one owner', () => {
  it('lets its holder make, save, label, import, request and remove that owner’s, and names the others’ as refused', async () => {
    const before = await stateOf('db', 'none');
    const web = ids['web']!;
    expect(
      (await as('PUT', `/api/processes/${web}`, { expectedVersion: 1, document: documentOf('Deploy web', '2') }))
        .status,
    ).toBe(200);
    expect((await as('PUT', `/api/processes/${web}/labels`, { labels: ['pilot'] })).status).toBe(200);
    const made = await as('POST', '/api/processes', { kind: 'component', owner: 'web', document: documentOf('More') });
    expect(made.status).toBe(201);
    expect((await as('DELETE', `/api/processes/${made.body.id}`)).status).toBe(204);
    for (const key of ['db', 'none']) {
      const other = ids[key]!;
      const owner = key === 'none' ? null : key;
      const asked = [
        await as('PUT', `/api/processes/${other}`, { expectedVersion: 1, document: documentOf(`Deploy ${key}`, '2') }),
        await as('PUT', `/api/processes/${other}/labels`, { labels: ['pilot'] }),
        await as('POST', '/api/labels', { processes: [web, other], give: 'x' }),
        await as('POST', '/api/processes', {
          kind: owner ? 'component' : 'generic',
          owner,
          document: documentOf('New'),
        }),
        await as('POST', '/api/runs', { process: other }),
        await as('DELETE', `/api/processes/${other}`),
      ].filter(({ status }) => status !== 404);
      expect(asked.length).toBeGreaterThan(4);
      for (const { status, body } of asked) {
        expect([status, body.error.code]).toEqual([403, 'not-allowed']);
        expect(body.error.message).toContain(owner === null ? 'without an owner' : '"db"');
      }
    }
    expect(await stateOf('db', 'none')).toBe(before);
    const run = await as('POST', '/api/runs', { process: web });
    expect(run.status).not.toBe(403);
  });

  it('holds for imports, whatever one file brings along', async () => {
    const exported = async (...keys: string[]) => {
      const { body } = await server.ask('POST', '/api/processes/export', { ids: keys.map((key) => ids[key]) });
      return typeof body === 'string' ? body : JSON.stringify(body);
    };
    const send = async (text: string) => {
      const form = new FormData();
      form.append('file', new Blob([text.replaceAll('Deploy', 'Bring')]), 'some.json');
      return as('POST', '/api/processes/import', form);
    };
    expect((await send(await exported('web'))).status).toBe(200);
    const before = (await server.ask('GET', '/api/processes')).body.total;
    for (const keys of [['db'], ['web', 'db'], ['none', 'web']])
      expect((await send(await exported(...keys))).status).toBe(403);
    expect((await server.ask('GET', '/api/processes')).body.total).toBe(before);
  });

  it('holds in the old API', async () => {
    const before = await stateOf('db', 'none');
    const make = (component: string) =>
      as('PUT', '/cli/componentProcess/create', { name: `Old ${component}`, component });
    expect((await make('web')).status).toBe(200);
    expect((await make('db')).status).toBe(403);
    expect((await as('PUT', '/cli/process/create', { name: 'Old none' })).status).toBe(403);
    expect((await as('DELETE', `/rest/process/${ids['db']}`)).status).toBe(403);
    expect((await as('POST', '/rest/process/request', { processId: ids['db'] })).status).toBe(403);
    expect(
      (await as('PUT', '/rest/process', { existingId: ids['none'], processVersion: 1, description: 'x' })).status,
    ).toBe(403);
    expect(await stateOf('db', 'none')).toBe(before);
  });

  it('plans their processes alone, and says how many others were left aside', async () => {
    const mine = await server.ended((await as('POST', '/api/plans', { plugin })).body);
    const { body: plan } = await as('GET', `/api/plans/${mine.result}`);
    expect(plan.problems).toContainEqual(expect.objectContaining({ code: 'processes-of-others', severity: 'notice' }));
    const { items } = (await as('GET', `/api/plans/${mine.result}/processes`)).body;
    expect(items.length).toBeGreaterThan(0);
    expect(new Set(items.map((one: { owner: string }) => one.owner))).toEqual(new Set(['web']));
    expect((await as('POST', `/api/plans/${mine.result}/apply`)).status).toBe(403);

    const all = await server.ended((await server.ask('POST', '/api/plans', { plugin })).body);
    const answers = await as('PUT', `/api/plans/${all.result}/answers`, { answers: {} });
    expect([answers.status, answers.body.error?.message]).toEqual([403, expect.stringContaining('"db"')]);

    const more = await grant('plugin-manager', 'web');
    const before = await stateOf('db', 'none');
    const applied = (id: string) => as('POST', `/api/plans/${id}/apply`);
    expect((await applied(all.result)).body.error.message).toContain('"db"');
    const early = await applied(mine.result);
    expect([early.status, early.body.error?.message]).toEqual([403, expect.stringContaining('not its active version')]);
    await server.services.store.db
      .updateTable('plugin')
      .set({ active_version: '3' })
      .where('id', '=', plugin)
      .execute();
    const open = (await as('GET', `/api/plans/${mine.result}/questions?open=true`)).body.items;
    const decided = open.map(({ question }: { question: { groupKey: string } }) => [question.groupKey, 'delete']);
    const own = await as('PUT', `/api/plans/${mine.result}/answers`, { answers: Object.fromEntries(decided) });
    expect(own.body.openQuestions).toBe(0);
    const done = await server.ended((await applied(mine.result)).body);
    expect([done.state, done.reason ?? null]).toEqual(['success', null]);
    expect((await as('GET', `/api/plans/${mine.result}`)).body.state).toBe('applied');
    const undone = await as('POST', `/api/plans/${mine.result}/undo`);
    expect([undone.status, undone.body.error?.message]).toEqual([403, expect.stringContaining('active again')]);
    expect((await as('POST', `/api/plans/${all.result}/undo`)).body.error.message).toContain('"db"');
    expect(await stateOf('db', 'none')).toBe(before);
    await server.ask('DELETE', `/api/grants/${more}`);
  });

  it('lets its holder do everything with a plan of theirs that moves no plugin, and nothing with another', async () => {
    const role = await grant('plugin-manager', 'web');
    const { db } = server.services.store;
    const activate = (version: string) =>
      db.updateTable('plugin').set({ active_version: version }).where('id', '=', plugin).execute();
    await as('POST', '/api/processes', { kind: 'component', owner: 'web', document: documentOf('Another web') });
    const { result: mine } = await server.ended((await as('POST', '/api/plans', { plugin })).body);
    const all = await server.ended((await server.ask('POST', '/api/plans', { plugin })).body);
    const before = await stateOf('db', 'none');
    for (const act of ['apply', 'pause', 'continue', 'redo', 'undo', 'discard']) {
      const { status, body } =
        act === 'discard'
          ? await as('DELETE', `/api/plans/${all.result}`)
          : await as('POST', `/api/plans/${all.result}/${act}`);
      expect([act, status, body.error?.message]).toEqual([act, 403, expect.stringContaining('"db"')]);
    }
    const act = (name: string, body?: unknown) => as('POST', `/api/plans/${mine}/${name}`, body);
    const stateNow = async () => (await as('GET', `/api/plans/${mine}`)).body.state;
    await activate('3');
    const open = (await as('GET', `/api/plans/${mine}/questions?open=true`)).body.items;
    const decided = open.map(({ question }: { question: { groupKey: string } }) => [question.groupKey, 'delete']);
    await as('PUT', `/api/plans/${mine}/answers`, { answers: Object.fromEntries(decided) });
    expect((await server.ended((await act('apply')).body)).state).toBe('success');
    expect((await act('pause')).body.error.code).toBe('plan-state');
    await activate('2');
    expect((await act('continue')).body.error).toMatchObject({
      code: 'not-allowed',
      message: expect.stringContaining('not its active version'),
    });
    expect((await server.ended((await act('undo')).body)).state).toBe('success');
    expect(await stateNow()).toBe('undone');
    const again = await server.ended((await act('redo', { why: 'once more' })).body);
    const redone = (await as('GET', `/api/plans/${again.result}/processes`)).body.items;
    expect(new Set(redone.map(({ owner }: { owner: string }) => owner))).toEqual(new Set(['web']));
    expect((await as('DELETE', `/api/plans/${again.result}`)).status).toBe(204);
    expect(await stateOf('db', 'none')).toBe(before);
    await activate('3');
    await server.ask('DELETE', `/api/grants/${role}`);
  });

  it('[SUCC-1] plans, applies and undoes a successor for their processes alone', async () => {
    const document = documentOf('Succeeds');
    Object.assign(document.rootActivity.children[0]!, {
      pluginName: 'Gone Fleet',
      pluginVersion: 5,
      commandName: 'Reboot Phone',
    });
    const made: Record<string, string> = {};
    for (const owner of ['web', 'db'])
      made[owner] = (await server.ask('POST', '/api/processes', { kind: 'component', owner, document })).body.id;
    const use = async (owner: string) => {
      const { document } = (await server.ask('GET', `/api/processes/${made[owner]}`)).body;
      const { pluginName, pluginVersion } = document.rootActivity.children[0];
      return [pluginName, pluginVersion];
    };
    const body = { plugin: 'Gone Fleet', successor: plugin };
    const all = await server.ended((await server.ask('POST', '/api/plans', body)).body);
    const mine = await server.ended((await as('POST', '/api/plans', body)).body);
    expect([mine.state, mine.reason ?? null]).toEqual(['success', null]);
    const { items } = (await as('GET', `/api/plans/${mine.result}/processes`)).body;
    expect(items.map((one: { owner: string }) => one.owner)).toEqual(['web']);
    const more = await grant('plugin-manager', 'web');
    const refused = await as('POST', `/api/plans/${all.result}/apply`);
    expect([refused.status, refused.body.error?.message]).toEqual([403, expect.stringContaining('"db"')]);
    const done = await server.ended((await as('POST', `/api/plans/${mine.result}/apply`)).body);
    expect([done.state, done.reason ?? null]).toEqual(['success', null]);
    expect([await use('web'), await use('db')]).toEqual([
      ['Fleet Tools', 3],
      ['Gone Fleet', 5],
    ]);
    expect((await server.ended((await as('POST', `/api/plans/${mine.result}/undo`)).body)).state).toBe('success');
    expect(await use('web')).toEqual(['Gone Fleet', 5]);
    await server.ask('DELETE', `/api/grants/${more}`);
  });

  it('ends when it is taken back, and with its holder', async () => {
    const id = await grant('process-owner', 'db');
    const save = (expectedVersion: number) =>
      as('PUT', `/api/processes/${ids['db']}`, {
        expectedVersion,
        document: documentOf('Deploy db', `${expectedVersion}`),
      });
    expect((await save(1)).status).toBe(200);
    await server.ask('DELETE', `/api/grants/${id}`);
    expect((await save(2)).status).toBe(403);
    await server.ask('POST', '/api/users', { name: 'eve', role: 'viewer' });
    await grant('process-owner', '*', 'user', 'eve');
    await server.ask('DELETE', '/api/users/eve');
    expect(JSON.stringify((await server.ask('GET', '/api/grants')).body)).not.toContain('"eve"');
  });

  it('is held by a group too, and within the scopes of a token', async () => {
    const { db } = server.services.store;
    const id = await grant('process-owner', null, 'group', 'people of none');
    const member = JSON.stringify(['people of none']);
    await db.updateTable('account').set({ member_of: member }).where('name', '=', 'ada').execute();
    const scoped = (await server.ask('POST', '/api/tokens', { label: 'r', user: 'ada', scopes: ['read'] })).body.secret;
    const whole = (await server.ask('POST', '/api/tokens', { label: 'w', user: 'ada' })).body.secret;
    const save = (secret: string) =>
      server.ask(
        'PUT',
        `/api/processes/${ids['none']}`,
        { expectedVersion: 1, document: documentOf('Deploy none', 'g') },
        secret,
      );
    expect([(await save(scoped)).status, (await save(whole)).status]).toEqual([403, 200]);
    await server.ask('DELETE', `/api/grants/${id}`);
  });

  it('opens no door to the processes of others: every route that is mounted, walked', async () => {
    const before = await stateOf('db', 'none');
    const settings = JSON.stringify((await server.ask('GET', '/api/settings')).body);
    const users = JSON.stringify(
      (await server.ask('GET', '/api/users')).body.map(({ name }: { name: string }) => name),
    );
    const changing = mounted.filter(
      ({ method, url }) => !['GET', 'HEAD', 'OPTIONS'].includes(method) && !url.startsWith('/api/session'),
    );
    let asked = 0;
    const broken: string[] = [];
    const done: string[] = [];
    const refused = new Set<string>();
    for (const { method, url } of changing) {
      for (const key of ['db', 'none']) {
        const path = url
          .replace(/:(id|process)\b/g, ids[key]!)
          .replace(/:\w+/g, '1')
          .replace('*', 'x');
        const all = {
          ...{ process: ids[key], processes: [ids[key]], processId: ids[key], existingId: ids[key], ids: [ids[key]] },
          ...{ owner: key === 'db' ? 'db' : null, component: 'db', kind: key === 'db' ? 'component' : 'generic' },
          ...{
            document: documentOf('Walked'),
            expectedVersion: 2,
            labels: ['walked'],
            give: 'walked',
            name: 'Walked',
          },
        };
        const route = contract.find((one) => one.method === method && one.url === url);
        const fields = (route?.body as { properties?: object } | undefined)?.properties;
        // a route of ours refuses what it does not know before anybody is asked
        const body = fields ? Object.fromEntries(Object.entries(all).filter(([name]) => name in fields)) : all;
        const { status } = await as(method as 'POST', path, body);
        const viewers = route && (route.permission === 'public' || roleHas('viewer', route.permission));
        if (route && !route.byOwner && !viewers && status !== 403) done.push(`${method} ${path}: ${status}`);
        if (route?.byOwner && status < 300) done.push(`${method} ${path}: ${status}`);
        if (route?.byOwner && status === 403) refused.add(`${method} ${url}`);
        asked += 1;
        if (status >= 500 && status !== 503) broken.push(`${method} ${path}: ${status}`);
      }
    }
    console.log(
      `walked ${changing.length} routes in ${asked} requests; ${refused.size} that ask for the owner refused`,
    );
    expect([broken, done]).toEqual([[], []]);
    expect(refused.size).toBeGreaterThanOrEqual(6);
    expect(await stateOf('db', 'none')).toBe(before);
    expect(JSON.stringify((await server.ask('GET', '/api/settings')).body)).toBe(settings);
    expect(JSON.stringify((await server.ask('GET', '/api/users')).body.map(({ name }: { name: string }) => name))).toBe(
      users,
    );
    expect(changing.length).toBeGreaterThan(70);
  }, 120_000);
});
