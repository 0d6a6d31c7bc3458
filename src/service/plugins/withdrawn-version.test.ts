import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockstep } from '../../../test/journey/lockstep.ts';
import { genericProcess, pluginXml, upgradeXml, useJson } from '../../../test/journey/step-plugin.ts';
import { treeOf, writePackage } from '../../package/index.ts';
import { channelSigner, folderStorage, type Repository, storedRepository } from '../../repository/index.ts';
import { file, samplePackage } from '../../repository/testing/sample-packages.ts';
import { startTestServer, type TestServer } from '../../server/testing/start-test-server.ts';

let channels: string;
let server: TestServer;
let repository: Repository;

beforeEach(async () => {
  channels = await mkdtemp(join(tmpdir(), 'lockstep-withdrawn-'));
  server = await startTestServer({}, { repository: channels });
  repository = storedRepository(folderStorage(channels), { signer: channelSigner({ keys: null }) });
  const packages = [await samplePackage({ id: 'phone', version: '1.0' })];
  await repository.publish('stable', { who: 'ada', packages });
  await server.services.host.settings.set('plugin_server', `${server.url}plugins/1/stable/`);
});
afterEach(async () => {
  await server.stop();
  await rm(channels, { recursive: true });
});

async function act(path: string, body?: unknown) {
  const { status, body: answer } = await server.ask('POST', path, body);
  expect(status, JSON.stringify(answer)).toBeLessThan(300);
  return server.ended(answer.operation ?? answer);
}

it('a version that was withdrawn after its installation is a state everywhere, with reason and replacement', async () => {
  await act('/api/plugins/update');
  await act('/api/plugins/phone/install');
  expect((await server.ask('GET', '/api/plugins/phone')).body).toMatchObject({ withdrawn: null, problems: [] });
  const oldList = (await server.ask('GET', '/provd/pg_mgr/install/installed')).body;

  const why = 'reboots phones at noon';
  await repository.yank('stable', { who: 'ada', plugins: ['phone'], why, replacement: 'desk-phone' });
  const updated = await act('/api/plugins/update');
  expect(JSON.stringify(updated)).toContain(why);

  const { body: detail } = await server.ask('GET', '/api/plugins/phone');
  expect(detail).toMatchObject({
    installed: '1.0',
    withdrawn: { version: '1.0', reason: why, replacement: 'desk-phone' },
    problems: [{ code: 'version-withdrawn', severity: 'warning', hint: 'Use desk-phone instead.' }],
  });
  const { body: list } = await server.ask('GET', '/api/plugins');
  expect(list.items).toMatchObject([{ id: 'phone', withdrawn: { reason: why } }]);
  expect(String((await server.ask('GET', '/metrics')).body)).toContain('lockstep_plugins_withdrawn 1');
  const { body: activity } = await server.ask('GET', '/api/activity');
  const told = activity.items.filter(({ action }: { action: string }) => action === 'plugin.withdrawn');
  expect(told).toHaveLength(1);
  expect((await server.ask('GET', '/provd/pg_mgr/install/installed')).body).toEqual(oldList);

  await act('/api/plugins/update');
  const again = (await server.ask('GET', '/api/activity')).body.items;
  expect(again.filter(({ action }: { action: string }) => action === 'plugin.withdrawn')).toHaveLength(1);

  const [stored] = (await server.ask('GET', '/api/plugins/stored')).body;
  expect(stored.versions).toMatchObject([{ version: '1.0', withdrawn: { reason: why, replacement: 'desk-phone' } }]);
  const data = join(server.folder, 'data');
  const listed = await lockstep(['plugin', 'list', '--data', data]);
  expect(listed.stdout).toContain('active, withdrawn');
  expect(listed.stdout).toContain(`phone 1.0 was withdrawn from its channel: ${why}.`);
  const doctor = await lockstep(['doctor', '--data', data]);
  expect(doctor.stdout).toContain(`version-withdrawn phone 1.0 was withdrawn from its channel: ${why}.`);
  const searched = await lockstep(['plugin', 'search', 'phone', '--data', data]);
  expect(searched.stdout).toMatch(/^phone +1\.0 \(withdrawn\)/m);
  expect(searched.stdout).toContain(`version-withdrawn phone 1.0 was withdrawn from its channel: ${why}.`);
  const { body: answer } = await server.ask('POST', '/api/plugins/phone/install');
  const ended = answer.error ? answer : await server.ended(answer.operation ?? answer);
  expect(JSON.stringify(ended)).toMatch(/plugin-installed.*phone 1\.0 was withdrawn .*Use desk-phone instead/);
});

it('a plan to a version that was withdrawn since says so, made before or after', async () => {
  const id = 'org.example.journey';
  const files = { 'plugin.xml': pluginXml(2, [{ name: 'Step' }]), 'upgrade.xml': upgradeXml('') };
  const tree = treeOf(
    null,
    Object.entries(files).map(([path, text]) => file(path, text)),
  );
  const content = await writePackage(tree, 'zip');
  await repository.publish('stable', { who: 'ada', packages: [{ name: `${id}-2.zip`, content }] });
  await act('/api/plugins/update');
  await act(`/api/plugins/${id}/install`);
  const form = new FormData();
  const process = genericProcess('Old', [useJson({ activity: 'A', step: 'Step', version: 1 })]);
  form.append('file', new Blob([JSON.stringify(process)]), 'p.json');
  await act('/api/processes/import', form);
  const problemsOf = async (plan: string) => (await server.ask('GET', `/api/plans/${plan}`)).body.problems;
  const before = (await act('/api/plans', { plugin: id })).result;
  expect(JSON.stringify(await problemsOf(before))).not.toContain('version-withdrawn');

  await repository.yank('stable', { who: 'ada', plugins: [id], why: 'loses settings' });
  await act('/api/plugins/update');
  const after = (await act('/api/plans', { plugin: id })).result;
  const told = { code: 'version-withdrawn', message: `${id} 2 was withdrawn from its channel: loses settings.` };
  for (const plan of [before, after]) expect(await problemsOf(plan)).toContainEqual(expect.objectContaining(told));
});

it('who asks for a withdrawn plugin anew hears that, why, and what to take instead', async () => {
  await act('/api/plugins/update');
  await repository.yank('stable', { who: 'ada', plugins: ['phone'], why: 'bad', replacement: 'desk-phone' });
  await act('/api/plugins/update');
  const { body: answer } = await server.ask('POST', '/api/plugins/phone/install');
  const ended = answer.error ? answer : await server.ended(answer.operation ?? answer);
  expect(JSON.stringify(ended)).toMatch(/plugin-withdrawn.*phone 1\.0 was withdrawn .*: bad\..*desk-phone/);
});
