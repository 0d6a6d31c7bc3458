import type { SoakClient } from './soak-client.ts';
import { gateForm, lintForm } from './soak-workers.ts';

const fleet = 'org.example.fleet-tools';

/** What clients do one after another, each beginning at another place of the list: a page, a script, a person. */
export function loads({ ask, ended, server }: SoakClient): readonly ((turn: number) => Promise<void>)[] {
  const reads = [
    ...['/api/session', '/api/settings', '/api/step-types', `/api/step-types/uses?plugin=${fleet}`, '/api/snapshots'],
    ...['/api/cache', '/api/plugins', `/api/plugins/${fleet}`, `/api/plugins/${fleet}/changes?from=1&to=3`],
    ...[
      `/api/plugins/${fleet}/definition`,
      '/api/plugins/supporting?vendor=Soak',
      '/api/processes?limit=20',
      '/api/plans',
    ],
    ...[
      '/api/operations',
      '/api/activity',
      '/api/users',
      '/api/tokens',
      '/api/agents',
      '/api/runs',
      '/api/openapi.json',
    ],
    ...['/healthz', '/readyz', '/metrics'],
  ].map((path) => async () => void (await ask('GET', path, undefined, { allowed: ['plugin-version-not-found'] })));
  const writes = [
    editOne(ask),
    processLife(ask),
    accountLife(ask),
    async (turn: number) => {
      await ask('PUT', '/api/settings/locale', { value: turn % 2 === 0 ? 'fr' : 'de' });
      await ask('DELETE', '/api/settings/locale');
      await ask('POST', '/api/settings/plugin_server/try', { url: new URL('plugins/1/testing/', server.url).href });
    },
    async () => void (await ask('POST', '/api/lint', await lintForm())),
    async () => void (await ask('POST', '/api/gate', await gateForm())),
    // while it is being upgraded it may not be loaded again
    async () =>
      void (await ended(await ask('POST', `/api/plugins/${fleet}/reload`), ['plugin-conflict', 'plan-state'])),
    async () => pageThatComesAndGoes(server.url, server.token!),
    async () => {
      const { body } = await ask('GET', '/api/operations');
      const old = (body as { id: string; endedAt: string | null }[] | null)
        ?.filter(({ endedAt }) => endedAt !== null)
        .at(-1);
      if (old) await ask('DELETE', `/api/operations/${old.id}`, undefined, { allowed: ['operation-not-found'] });
    },
  ];
  // one change for each few looks
  return reads.flatMap((read, at) => (at % 3 === 0 ? [read, writes[(at / 3) % writes.length]!] : [read]));
}

function editOne(ask: SoakClient['ask']) {
  return async (turn: number): Promise<void> => {
    const path = `/api/processes/${1 + (turn % 5)}`;
    const { body } = await ask('GET', path);
    if (!body) return;
    const document = { ...body.document, description: `saved in turn ${turn}` };
    await ask('PUT', path, { expectedVersion: body.version, document }, { allowed: ['process-edited'] });
    await ask('GET', `${path}/versions`);
  };
}

let made = 0;

function processLife(ask: SoakClient['ask']) {
  return async (): Promise<void> => {
    const number = ++made;
    const name = `Lives for a moment ${number}`;
    const document = { name, rootActivity: { type: 'graph', name: 'g', children: [], edges: [] } };
    await ask('POST', '/api/processes/check', { document });
    const { body } = await ask('POST', '/api/processes', { kind: 'generic', document });
    if (!body?.id) return;
    const path = `/api/processes/${body.id}`;
    await ask('PUT', path, { expectedVersion: 1, document: { ...document, description: 'again' } });
    await ask('PUT', `${path}/labels`, { labels: ['soak'] });
    await ask('GET', `${path}/versions/1`);
    await ask('GET', `${path}/diff?from=1&to=2`);
    const { body: exported } = await ask('POST', '/api/processes/export', { ids: [body.id] });
    const form = new FormData();
    form.set('file', new Blob([JSON.stringify(exported)]), 'export.json');
    await ask('POST', '/api/processes/import', form);
    if (number % 10 === 1) await ask('POST', '/api/snapshots', { name: `Snapshot ${number}`, processes: ['1', '2'] });
    await ask('DELETE', path);
  };
}

function accountLife(ask: SoakClient['ask']) {
  return async (): Promise<void> => {
    const name = `soak-${++made}`;
    const [first, second] = ['a first password', 'a second password'];
    await ask('POST', '/api/users', { name, role: 'viewer', password: first });
    const { body } = await ask('POST', '/api/tokens', { label: name, user: name });
    const mine = { token: body?.secret ?? null };
    await ask('GET', '/api/session', undefined, mine);
    await ask('PUT', '/api/session/password', { current: first, next: second }, mine);
    // twenty a minute from one address
    const signed = await ask(
      'POST',
      '/api/session',
      { name, password: second },
      { token: null, allowed: ['too-many-requests'] },
    );
    const cookie = signed.headers.get('set-cookie')?.split(';', 1)[0];
    const header = signed.body?.csrf ?? 'yes';
    if (cookie)
      await ask('DELETE', '/api/session', undefined, { token: null, headers: { cookie, 'x-lockstep': header } });
    await ask('PATCH', `/api/users/${name}`, { role: 'process-owner' });
    if (body?.id) await ask('DELETE', `/api/tokens/${body.id}`);
    await ask('DELETE', `/api/users/${name}`);
  };
}

async function pageThatComesAndGoes(url: string, token: string): Promise<void> {
  const leave = new AbortController();
  const response = await fetch(new URL('/api/events', url), {
    headers: { authorization: `Bearer ${token}` },
    signal: leave.signal,
  }).catch(() => null);
  await response?.body
    ?.getReader()
    .read()
    .catch(() => {});
  leave.abort();
}
