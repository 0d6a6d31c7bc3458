import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { promote } from '../src/cli/commands/repository/promote.ts';
import { serverGate } from '../src/cli/commands/repository/server-gate.ts';
import { soundPlugin } from '../src/family/testing/phone-family.ts';
import { type PackageEntry, treeOf, writePackage } from '../src/package/index.ts';
import { system } from '../src/ports/index.ts';
import { channelSigner, folderStorage, type IndexEntry, storedRepository } from '../src/repository/index.ts';
import { startTestServer, type TestServer } from '../src/server/testing/start-test-server.ts';
import { testFolder } from './journey/folder.ts';
import { genericProcess, pluginXml, upgradeXml, useJson } from './journey/step-plugin.ts';

let server: TestServer;

const entriesOf = (files: Readonly<Record<string, string>>) =>
  Object.entries(files).map(
    ([path, text]): PackageEntry => ({ path, kind: 'file', mode: 0o644, bytes: Buffer.from(text) }),
  );
const zip = (files: Readonly<Record<string, string>>) => writePackage(treeOf(null, entriesOf(files)), 'zip');
/** Version 2 knows `Stride` instead of `Step`; with the rename declared, or forgotten. */
const carrying = '<migrate to-version="2"><migrate-command name="Stride" old="Step"/></migrate>';
const version2 = (blocks: string) =>
  zip({ 'plugin.xml': pluginXml(2, [{ name: 'Stride' }]), 'upgrade.xml': upgradeXml(blocks) });

beforeAll(async () => {
  server = await startTestServer();
  const form = new FormData();
  form.append(
    'file',
    new Blob([Uint8Array.from(await zip({ 'plugin.xml': pluginXml(1, [{ name: 'Step' }]) }))]),
    'a.zip',
  );
  const { body, status } = await server.ask('POST', '/api/plugins/upload', form);
  expect(status, JSON.stringify(body)).toBeLessThan(300);
  if (body?.state) await server.ended(body);
  const process = genericProcess('Quite secret name', [useJson({ activity: 'A', step: 'Step', version: 1 })]);
  const processes = new FormData();
  processes.append('file', new Blob([JSON.stringify(process)]), 'p.json');
  expect((await server.ask('POST', '/api/processes/import', processes)).status).toBe(200);
});
afterAll(() => server.stop());

const entry = { id: 'org.example.journey', version: '2', filename: 'journey-2.zip' } as IndexEntry;
const pass = async (bytes: Uint8Array, token: string | undefined = server.token) => {
  const gate = serverGate([server.url], token, new AbortController().signal);
  return gate({ entry, before: null, readPackage: async () => bytes, readBefore: async () => null });
};

describe('the gate of a promotion at a server', () => {
  it('lets a version through that carries every process there over', async () => {
    expect(await pass(await version2(carrying))).toEqual([]);
  });

  it('holds a version back that would ask or lose something there, and tells numbers only', async () => {
    const [problem] = await pass(await version2('<migrate to-version="2"/>'));
    expect(problem).toMatchObject({ code: 'gate-not-passed', severity: 'error' });
    expect(problem!.message).toMatch(
      /org\.example\.journey 2 is not clean at .*: \d+ problem\(s\) and 1 question\(s\) in 1 process\(es\)/,
    );
    expect(JSON.stringify(problem)).not.toContain('Quite secret');
  });

  it('holds everything back where a server does not answer or does not let us in', async () => {
    const bytes = await version2(carrying);
    expect(await pass(bytes, 'no-such-token')).toMatchObject([{ code: 'gate-not-passed' }]);
    const gate = serverGate(['http://127.0.0.1:9/'], undefined, new AbortController().signal);
    const asked = gate({ entry, before: null, readPackage: async () => bytes, readBefore: async () => null });
    await expect(asked).rejects.toMatchObject({ code: 'server-unreachable' });
  });

  it('keeps the channel as it was', async () => {
    const repository = storedRepository(folderStorage(join(await testFolder({}), 'repository')), {
      signer: channelSigner({ keys: null }),
    });
    const packages = [{ name: 'org.example.journey-2.zip', content: await version2('<migrate to-version="2"/>') }];
    await repository.publish('testing', { who: 'ann', packages });
    const gate = serverGate([server.url], server.token, new AbortController().signal);
    const promoting = repository.promote({ from: 'testing', to: 'stable', what: [], who: 'ann', gate });
    await expect(promoting).rejects.toMatchObject({ code: 'promotion-refused' });
    await expect(repository.readOffer('stable')).rejects.toMatchObject({ code: 'channel-not-found' });
  });
});

const hasJinja2 = spawnSync('python3', ['-I', '-c', 'import jinja2']).status === 0;

describe.skipIf(!hasJinja2)('telephones in the gate of a promotion (skipped where python3 has no Jinja2)', () => {
  const base = soundPlugin['templates/base.tpl']!;
  const version = (number: string, change: Readonly<Record<string, string>>) => {
    const info = soundPlugin['plugin-info']!.replace('"1.0"', `"${number}"`);
    const files = { ...soundPlugin, ...change, 'plugin-info': info };
    return writePackage(treeOf('acme-one', entriesOf(files)), 'tar.bz2');
  };
  const devices = ['one', 'two', 'three', 'four'].map((id, at) => ({
    ...{ id, mac: `00:15:65:00:00:0${at}`, vendor: 'Acme', model: at % 2 ? 'A1' : 'A2', version: '1.2.3' },
    ...{ config: `c${at}`, plugin: at === 3 ? 'acme-elsewhere' : 'acme-one' },
  }));
  const configs = devices.map(({ config: id }, at) => ({
    ...{ id, parent_ids: [] },
    raw_config: { ntp_enabled: at === 1, ntp_ip: '192.0.2.3', sip_lines: { 1: { username: id, display_name: id } } },
  }));
  const changed = { 'templates/base.tpl': base.replace('<ntp>', '<ntp kind="pool">') };

  /** Both channels offer the plugin, `testing` a higher version with one more attribute for who has a time server. */
  async function publishBoth(target: string): Promise<void> {
    const repository = storedRepository(folderStorage(target), { signer: channelSigner({ keys: null }) });
    for (const [channel, number, change] of [
      ['stable', '1.0', {}],
      ['testing', '1.1', changed],
    ] as const) {
      const packages = [{ name: `acme-one-${number}.tar.bz2`, content: await version(number, change) }];
      await repository.publish(channel, { who: 'ann', packages });
    }
  }

  async function promoteAt(cwd: string, options: Readonly<Record<string, unknown>>) {
    const notes: string[] = [];
    const nobody = (): never => {
      throw new Error('nobody is there');
    };
    const terminal = {
      ...{ interactive: false, json: false, progress: () => {}, progressEnd: () => {} },
      ...{ note: (text: string) => void notes.push(text), confirm: nobody, choose: nobody, ask: nobody },
    };
    const result = await promote({
      ...{ args: { what: [] }, terminal, cwd, ports: system, env: {}, user: 'ada', access: 'change' },
      where: { kind: 'data', data: '', database: null },
      options: { repository: join(cwd, 'repository'), yes: true, ...options },
      signal: new AbortController().signal,
    });
    return { notes: notes.join('\n'), problems: (result.value as { problems: { code: string }[] }).problems };
  }

  it('are warned of at the command line, each change once, and the promotion is done', async () => {
    const cwd = await testFolder({ 'devices.json': JSON.stringify({ devices, configs }) });
    await publishBoth(join(cwd, 'repository'));
    const { notes, problems } = await promoteAt(cwd, { devices: 'devices.json' });
    expect(notes).toContain('3 of the 4 telephones of devices.json have a plugin that moves.');
    expect(notes).toContain('acme-one 1.0 → 1.1: 1 telephone (two)\n  changed {mac}.xml\n');
    expect(notes).toContain('+<ntp kind="pool">192.0.2.3</ntp>');
    expect(notes).toContain('acme-one: 1 of 3 telephones would receive other files.');
    expect(problems.map(({ code }) => code)).toEqual(['telephones-receive-other-files', 'telephones-compared']);
  });

  it('are said not to be compared where none are named, or none has a plugin that moves', async () => {
    const cwd = await testFolder({ 'devices.json': JSON.stringify({ devices: devices.slice(3) }) });
    await publishBoth(join(cwd, 'repository'));
    const none = await promoteAt(cwd, { devices: 'devices.json' });
    expect(none.notes).toContain('None of the 1 telephone of devices.json has a plugin that moves');
    await publishBoth(join(cwd, 'other'));
    const unnamed = await promoteAt(cwd, { repository: join(cwd, 'other') });
    expect(unnamed.notes).toContain('none were named with --devices');
    expect([none.problems, unnamed.problems]).toEqual([[], []]);
  });

  it('are told by the API before anything is promoted, by the same words', async () => {
    await publishBoth(join(server.folder, 'data/repository'));
    const ask = (body: object) =>
      server.ask('POST', '/api/gate/telephones', { from: 'testing', to: 'stable', select: [], ...body });
    const { status, body } = await ask({ devices, configs });
    expect([status, body.telephones, body.compared, body.changed]).toEqual([200, 4, 3, 1]);
    expect(body.groups).toMatchObject([{ plugin: 'acme-one', devices: ['two'], files: [{ path: '{mac}.xml' }] }]);
    expect(body.problems[0].message).toContain('acme-one 1.0 → 1.1: 1 telephone (two)');
    // a channel that nobody published to offers nothing to compare with
    const fresh = await ask({ to: 'fresh', devices, configs });
    expect(fresh.body.problems).toMatchObject([{ code: 'telephones-not-compared', severity: 'warning' }]);
    for (const sent of [
      { devices: [], configs: [] },
      { devices: devices.slice(3), configs: [] },
    ])
      expect((await ask(sent)).body.problems).toMatchObject([{ code: 'telephones-not-compared', severity: 'notice' }]);
    const { body: offers } = await server.ask('GET', '/api/channels/stable');
    expect(offers.offers[0].version).toBe('1.0');
  });
});
