import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readFolder, treeOf, writePackage } from '../../src/package/index.ts';
import type { SoakClient } from './soak-client.ts';

/**
 * Work that has to be done in an order: each of these goes round and round by itself, beside clients that ask one thing
 * after another.
 */
export type Worker = (turn: number) => Promise<void>;

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const fleet = 'org.example.fleet-tools';
const phone = 'soak-phone';
const provd = {
  headers: {
    accept: 'application/vnd.proformatique.provd+json',
    'content-type': 'application/vnd.proformatique.provd+json',
  },
};
const word = (of: string) => (turn: number) => `${of} ${turn}`;

/** Planning, answering, applying, resting, undoing; every look at a plan. */
export function upgrader({ ask, ended }: SoakClient): Worker {
  return async (turn) => {
    const planned = await ended(await ask('POST', '/api/plans', { plugin: fleet }), ['plugin-not-found']);
    if (planned?.state !== 'success') return;
    const plan = `/api/plans/${planned.result}`;
    for (const path of ['', '/waves', '/document', '/groups', '/processes']) await ask('GET', `${plan}${path}`);
    const { body: page } = await ask('GET', `${plan}/processes?limit=1`);
    if (page?.items?.[0]) await ask('GET', `${plan}/processes/${page.items[0].processId}`);
    if (turn % 5 === 4) return void (await ask('DELETE', plan));
    const { body: questions } = await ask('GET', `${plan}/questions?open=true`);
    const items: { question: { groupKey: string } }[] = questions?.items ?? [];
    const answers = Object.fromEntries(items.map(({ question }) => [question.groupKey, 'pin']));
    if (items.length > 0) await ask('PUT', `${plan}/answers`, { answers });
    const applying = await ask('POST', `${plan}/apply`, turn % 3 === 1 ? { stopAbove: 0.9 } : {});
    // it may have ended before anybody can stop it
    const late = { allowed: ['plan-state'] };
    if (turn % 3 === 1) await ask('POST', `${plan}/pause`, undefined, late);
    if (turn % 3 === 2) await ask('POST', `${plan}/pause`, undefined, late);
    await ended(applying, ['interrupted', 'plan-paused']);
    if (turn % 3 === 1) await ended(await ask('POST', `${plan}/continue`, {}, late));
    if (turn % 3 === 2) await ended(await ask('POST', `${plan}/apply`, {}, late));
    await ask('GET', `${plan}/undo`, undefined, late);
    await ended(await ask('POST', `${plan}/undo`, {}, late));
    if (turn % 4 === 0) {
      const again = await ended(await ask('POST', `${plan}/redo`, undefined, late));
      if (typeof again?.result === 'string') await ask('DELETE', `/api/plans/${again.result}`, undefined, late);
    }
  };
}

/** A device plugin from its package to its end: published, installed, edited, upgraded, removed; by both APIs in turn. */
export function pluginAdmin({ ask, ended, server }: SoakClient, dataFolder: string): Worker {
  const own = `${dataFolder}/plugins/${phone}/var/templates`;
  const publish = async (version: string, template: string): Promise<void> => {
    const bytes = await phonePackage(version, template);
    const digest = createHash('sha256').update(bytes).digest('hex');
    await ask('PUT', `/api/repository/uploads/${digest}`, bytes);
    const packages = [{ name: `${phone}-${version}.tar.bz2`, upload: digest }];
    await ask('POST', '/api/repository/channels/testing/publish', { packages });
  };
  const old = async (act: 'install' | 'upgrade' | 'update', body: object): Promise<void> => {
    const { headers } = await ask('POST', `/0.2/pg_mgr/install/${act}`, JSON.stringify(body), provd);
    const at = headers.get('location');
    if (at === null) return;
    for (;;) {
      const { body: status } = await ask('GET', at, undefined, provd);
      if (!/waiting|progress/.test(String(status?.status ?? ''))) break;
    }
    await ask('DELETE', at, undefined, provd);
  };
  return async (turn) => {
    const byOld = turn % 2 === 1;
    await publish(`1.${2 * turn}`, 'a\nb\nc\nd\n');
    if (turn === 0)
      await ask('PUT', '/api/settings/plugin_server', { value: new URL('plugins/1/testing/', server.url).href });
    await (byOld ? old('update', {}) : ended(await ask('POST', '/api/plugins/update')));
    await (byOld ? old('install', { id: phone }) : ended(await ask('POST', `/api/plugins/${phone}/install`)));
    await mkdir(own, { recursive: true });
    await writeFile(`${own}/base.tpl`, 'a\nmine\nc\nd\n');
    for (const path of ['', '/modified', '/patch', '/changes', '/templates'])
      await ask('GET', `/api/plugins/${phone}${path}`);
    await publish(`1.${2 * turn + 1}`, 'a\ntheirs\nc\nd\n');
    await (byOld ? old('update', {}) : ended(await ask('POST', '/api/plugins/update')));
    await (byOld ? old('upgrade', { id: phone }) : ended(await ask('POST', `/api/plugins/${phone}/upgrade`, {})));
    const { body: conflicts } = await ask('GET', `/api/plugins/${phone}/templates`);
    for (const { path } of (conflicts ?? []) as { path: string }[])
      await ask('POST', `/api/plugins/${phone}/templates`, { path, take: 'theirs' });
    await lookAround(ask);
    await ask('POST', '/0.2/pg_mgr/reload', JSON.stringify({ id: phone }), provd);
    if (byOld) await ask('POST', '/0.2/pg_mgr/install/uninstall', JSON.stringify({ id: phone }), provd);
    else await ended(await ask('POST', `/api/plugins/${phone}/uninstall`, {}));
    if (turn % 3 === 0) await ask('DELETE', '/api/cache');
  };
}

/** The old API, resource after resource; what it does not do with firmware it says. */
async function lookAround(ask: Ask): Promise<void> {
  const own = `/0.2/pg_mgr/plugins/${phone}`;
  const paths = ['', '/pg_mgr', '/pg_mgr/install', '/pg_mgr/install/installed', '/pg_mgr/install/installable'];
  paths.push(
    '/pg_mgr/install/install',
    '/pg_mgr/install/uninstall',
    '/pg_mgr/plugins',
    '/status',
    '/configure',
    '/configure/locale',
  );
  for (const path of paths) await ask('GET', `/0.2${path}`, undefined, { ...provd, allowed: ['501'] });
  await ask('GET', '/provd/status', undefined, provd);
  await ask('PUT', '/0.2/configure/locale', JSON.stringify({ param: { value: 'fr' } }), provd);
  for (const path of ['', '/info', '/install', '/install/installable', '/install/installed', '/install/install/1'])
    await ask('GET', own + path, undefined, { ...provd, allowed: ['404'] });
  for (const act of ['install', 'uninstall'])
    await ask('POST', `${own}/install/${act}`, JSON.stringify({ id: 'firmware' }), { ...provd, allowed: ['400'] });
}

/** A channel with an end: offered, looked at, given more days, and taken away before they are over. */
async function channelOfARequest(
  ask: Ask,
  channel: string,
  { bytes, digest, packages }: { bytes: Uint8Array; digest: string; packages: readonly object[] },
): Promise<void> {
  const at = `/api/repository/channels/${channel}`;
  for (const days of [1, 14]) {
    await ask('PUT', `/api/repository/uploads/${digest}`, bytes);
    await ask('POST', `${at}/publish`, { packages, days });
  }
  await ask('GET', `/api/channels/${channel}`);
  // its end has not come
  await ask('POST', `${at}/remove`, { ended: true }, { allowed: ['channel-lasts'] });
  await ask('POST', `${at}/remove`, {});
}

/** What a channel's admins do, by the page's routes and by those of the command line. */
export function channelAdmin({ ask }: SoakClient): Worker {
  return async (turn) => {
    const bytes = await phonePackage(`2.${turn}`, word('template')(turn), 'soak-desk');
    const digest = createHash('sha256').update(bytes).digest('hex');
    await ask('PUT', `/api/repository/uploads/${digest}`, bytes);
    const packages = [{ name: `soak-desk-2.${turn}.tar.bz2`, upload: digest }];
    await ask('POST', '/api/repository/channels/trial/publish', { packages });
    const why = word('turn')(turn);
    const telephone = { id: 'd1', mac: '00:11:22:33:44:55', plugin: 'soak-desk', config: 'c1' };
    const sent = { devices: [telephone], configs: [{ id: 'c1', parent_ids: [], raw_config: {} }] };
    await ask('POST', '/api/gate/telephones', { from: 'trial', to: 'stable', select: [], ...sent });
    if (turn % 2 === 0) await ask('POST', '/api/channels/promote', { from: 'trial', to: 'stable', select: [], why });
    else await ask('POST', '/api/repository/channels/stable/promote', { from: 'trial', what: [], why });
    await channelOfARequest(ask, `pr-${turn}`, { bytes, digest, packages });
    const own = ['/stable/history', '/stable/signatures', '/trial/changes/soak-desk?against=stable'];
    for (const path of ['', '/diff?from=trial&to=stable', '/stable', ...own]) await ask('GET', `/api/channels${path}`);
    for (const path of ['', '/stable/history']) await ask('GET', `/api/repository/channels${path}`);
    const { body: history } = await ask('GET', '/api/repository/channels/stable/history');
    const last: number = history?.at(-1)?.generation ?? 1;
    await ask('GET', `/api/repository/channels/stable/generations/${last}`);
    for (const file of ['plugins.db', packages[0]!.name]) await ask('GET', `/plugins/1/stable/${file}`);
    if (turn % 2 === 0) {
      await ask('POST', '/api/channels/stable/yank', { plugin: 'soak-desk', version: `2.${turn}`, reason: why });
      await ask('POST', '/api/channels/stable/restore', { generation: last, why });
    } else {
      await ask('POST', '/api/repository/channels/stable/yank', { plugins: ['soak-desk'], why });
      await ask('POST', '/api/repository/channels/stable/restore', { generation: last, why });
    }
    if (turn % 2 === 1) await ask('POST', '/api/repository/channels/trial/archive', { plugins: ['soak-desk'], why });
    for (const channel of ['trial', 'stable']) await ask('POST', `/api/repository/channels/${channel}/gc`, { keep: 3 });
    await ask('POST', '/api/repository/channels/testing/gc', { keep: 3 }, { allowed: ['channel-not-found'] });
    for (const page of ['', 'index.html', 'runs/1']) await ask('GET', page);
  };
}

/** The paths of UrbanCode Deploy: a plugin comes and goes, processes are made, exported, imported and requested. */
export function urbanCodeUser({ ask, ended }: SoakClient): Worker {
  return async (turn) => {
    await ask('GET', '/rest/plugin/automationPlugin');
    const { body: plugin } = await ask('POST', '/rest/plugin/automationPlugin', await uploadOf('wait'));
    if (plugin?.id) await ask('DELETE', `/rest/plugin/automationPlugin/${plugin.id}`);
    const uploaded = await ended(await ask('POST', '/api/plugins/upload', await uploadOf('notify')));
    if (uploaded?.result?.id) await ended(await ask('POST', `/api/plugins/${uploaded.result.id}/uninstall`, {}));
    const rootActivity = { type: 'graph', name: 'g', children: [], edges: [] };
    const made = await ask('PUT', '/cli/process/create', { name: `Asked for by a script ${turn}`, rootActivity });
    const component = await ask('PUT', '/cli/componentProcess/create', {
      name: `Deploy ${turn}`,
      component: 'web',
      rootActivity,
    });
    const { body: exported } = await ask('GET', `/rest/process/${made.body?.id}/export`);
    await ask('GET', `/rest/process/${made.body?.id}/-1`);
    await ask('GET', `/rest/deploy/componentProcess/${component.body?.id}/-1`);
    await ask('POST', '/rest/process/import', exported);
    await ask('POST', '/rest/process/request', { processId: made.body?.id });
    for (const { body } of [made, component]) await ask('DELETE', `/api/processes/${body?.id}`);
  };
}

/** Runs with an agent that does by hand what agents do: takes, gives back, loses, completes; and people who answer. */
export function runner({ ask, ended }: SoakClient): Worker {
  const agent = (instance: number) => ({
    name: 'by-hand',
    instance: `i${instance}`,
    // the same folder of the same machine, started anew
    host: 'by-hand',
    home: '1',
    boot: 'b',
    labels: ['by-hand'],
    properties: {},
    slots: 2,
  });
  let process: string | null = null;
  const claim = async (instance: number) => {
    const { body } = await ask('POST', '/api/agent/claim', { agent: agent(instance), count: 1, waitSeconds: 5 });
    return (body?.[0] ?? null) as { id: string; fence: number; plugin: { digest: string } } | null;
  };
  const result = { outcome: 'success', exitCode: 0, outputs: {}, secureOutputs: [], message: null, logBytes: 6 };
  const perform = async (instance: number): Promise<void> => {
    const step = await claim(instance);
    if (!step) return;
    const at = `/api/agent/steps/${encodeURIComponent(step.id)}`;
    const { fence } = step;
    await ask('POST', `${at}/start`, { fence });
    await ask('POST', '/api/agent/heartbeat', { agent: agent(instance), held: [{ id: step.id, fence }] });
    await ask('POST', `${at}/log`, { fence, offset: 0, data: Buffer.from('hello\n').toString('base64') });
    const left = Buffer.from('left behind\n');
    const digest = createHash('sha256').update(left).digest('hex');
    await ask('POST', `${at}/artefact`, { fence, digest, offset: 0, data: left.toString('base64') });
    const artefacts = [{ name: 'hello.txt', digest, size: left.length }];
    await ask('POST', `${at}/complete`, { fence, result: { ...result, artefacts } });
  };
  const begin = async (): Promise<string> => {
    const { body } = await ask('POST', '/api/runs', { process, labels: ['by-hand'] });
    return `/api/runs/${body?.id}`;
  };
  return async (turn) => {
    if (process === null) {
      await ended(await ask('POST', '/api/plugins/upload', await uploadOf('shell')));
      process = (await ask('POST', '/api/processes', { kind: 'generic', document: runDocument })).body?.id ?? null;
    }
    await ask('POST', '/api/agent/register', agent(2 * turn));
    await ask('GET', '/api/agents');
    await ask('GET', `/api/processes/${process}/request`);
    const first = await begin();
    const given = await claim(2 * turn);
    if (given) {
      await ask('GET', `/api/agent/plugins/${encodeURIComponent(given.plugin.digest)}`);
      const back = { fence: given.fence, reason: 'not now' };
      await ask('POST', `/api/agent/steps/${encodeURIComponent(given.id)}/release`, back);
    }
    await perform(2 * turn);
    await ask('GET', `${first}/steps/Hello/log`);
    await ask('GET', `${first}/artefacts`);
    await ask('GET', `${first}/artefacts/${encodeURIComponent('Hello/hello.txt')}`);
    await ask('GET', `${first}/history?wait=1`);
    await ask('POST', `${first}/steps/Look/complete`, { success: true });
    await ask('GET', first);
    // an agent that comes back as another one: nobody knows what became of its step
    const second = await begin();
    const lost = await claim(2 * turn);
    if (lost) await ask('POST', `/api/agent/steps/${encodeURIComponent(lost.id)}/start`, { fence: lost.fence });
    await ask('POST', '/api/agent/register', agent(2 * turn + 1));
    await ask('POST', `${second}/steps/Hello/resolve`, { answer: 'failure' });
    await ask('POST', `${second}/retry`);
    await perform(2 * turn + 1);
    await ask('POST', `${second}/cancel`);
    for (const draining of [true, false]) await ask('POST', '/api/agents/by-hand/drain', { draining });
    await ask('POST', '/api/runs/sweep', { days: 0, keep: 3 });
  };
}

type Ask = SoakClient['ask'];

const runDocument = {
  name: 'Say hello and look',
  properties: [],
  propDefs: [],
  rootActivity: {
    type: 'graph',
    name: 'g',
    children: [
      {
        type: 'plugin',
        name: 'Hello',
        pluginName: 'Shell Command',
        pluginVersion: 3,
        commandName: 'Run Script',
        properties: { script: 'echo hello', onError: 'stop' },
        children: [],
      },
      { type: 'manualTask', name: 'Look', description: 'Look at it', children: [] },
    ],
    edges: [
      { to: 'Hello', type: 'ALWAYS' },
      { from: 'Hello', to: 'Look', type: 'SUCCESS' },
    ],
  },
};

function phonePackage(version: string, template: string, id = phone): Promise<Uint8Array> {
  const info = { version, description: 'A phone.', capabilities: { 'Soak, Phone, 1': { lines: 2 } } };
  const file = (path: string, text: string) => ({ path, kind: 'file' as const, mode: 0o644, bytes: Buffer.from(text) });
  const tree = treeOf(id, [
    file('plugin-info', JSON.stringify(info)),
    file('entry.py', 'x = 1\n'),
    file('templates/base.tpl', template),
  ]);
  return writePackage(tree, 'tar.bz2');
}

async function uploadOf(name: string): Promise<FormData> {
  const tree = await readFolder(`${examples}/step-plugins/${name}/${name === 'shell' ? 3 : 1}`, { root: name });
  const form = new FormData();
  form.set('file', new Blob([Buffer.from(await writePackage(tree, 'zip'))]), `${name}.zip`);
  return form;
}

export async function lintForm(): Promise<FormData> {
  const form = new FormData();
  for (const [field, version] of [
    ['old', 1],
    ['new', 3],
  ] as const) {
    form.set(field, new Blob([await readFile(`${examples}/fleet-tools/${version}/plugin.xml`)]), 'plugin.xml');
  }
  return form;
}

export async function gateForm(): Promise<FormData> {
  const tree = await readFolder(`${examples}/fleet-tools/3`, { root: fleet });
  const form = new FormData();
  form.set('package', new Blob([Buffer.from(await writePackage(tree, 'tar.gz'))]), 'fleet-tools-3.tar.gz');
  return form;
}
