import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { serveChannel } from '../src/host/testing/channel-fixture.ts';
import { startTestServer } from '../src/server/testing/start-test-server.ts';
import { testFolder, writeFiles } from './journey/folder.ts';
import { oneProcess } from './journey/one-process.ts';

const { succeed } = oneProcess();

const id = 'acme-phone';
const first = { 'common.py': 'a', 'templates/base.tpl': 'a\nb\nc\nd\n', old: 'x' };
const second = { 'common.py': 'b', 'templates/base.tpl': 'new\nb\nc\nd\n' };
const edits = { 'common.py': 'mine', 'templates/base.tpl': 'a\nb\nc\nmine\n', 'var/tftpboot/fw.bin': 'firmware' };

async function editedServer() {
  const channel = await serveChannel();
  onTestFinished(() => channel.close());
  const server = await startTestServer();
  onTestFinished(() => server.stop());
  await channel.offer(id, '1.0', first);
  await server.ask('PUT', '/api/settings/plugin_server', { value: channel.url });
  await server.ended((await server.ask('POST', '/api/plugins/update')).body);
  await server.ended((await server.ask('POST', `/api/plugins/${id}/install`)).body);
  await writeFiles(join(server.folder, 'data/plugins', id), edits);
  await server.ended((await server.ask('POST', `/api/plugins/${id}/reload`)).body);
  await channel.offer(id, '2.0', second);
  await server.ended((await server.ask('POST', '/api/plugins/update')).body);
  return server;
}

const said = {
  ...{ kept: ['var/tftpboot/fw.bin'], merged: ['templates/base.tpl'], conflicts: [] },
  ...{ replaced: ['common.py'], dropped: ['old'] },
};

it('the API says before an upgrade and after it what becomes of files that people edited', async () => {
  const server = await editedServer();
  const foreseen = await server.ask('GET', `/api/plugins/${id}/changes`);
  expect(foreseen.body.userFiles).toEqual({ ...said, aside: null });
  const started = await server.ask('POST', `/api/plugins/${id}/upgrade`);
  const { result } = await server.ended(started.body.operation);
  expect(result.userFiles).toEqual({ ...said, aside: expect.stringContaining('kept') });
});

it('the shell and the command line name each kind, and what is replaced before it is', async () => {
  const shell = await editedServer();
  const env = { LOCKSTEP_SERVER: shell.url, LOCKSTEP_TOKEN: shell.token };
  const typed = await succeed(['shell', '-c', `plugins.upgrade('${id}')`], { env });
  expect(typed.stdout).toMatch(/replaced: \[ 'common.py' \]/);
  const server = await editedServer();
  const upgraded = await succeed(['plugin', 'upgrade', id], {
    env: { LOCKSTEP_SERVER: server.url, LOCKSTEP_TOKEN: server.token },
  });
  expect(upgraded.stderr).toContain('2.0 replaces what was edited in place (copies are kept): common.py');
  expect(upgraded.stdout).toMatch(/1 file edited in place, replaced: common.py; copies in .*kept/);
  expect(upgraded.stdout).toContain('1 file of yours kept: var/tftpboot/fw.bin');
}, 120_000);

it('so does an install of a folder into a data folder', async () => {
  const info = (version: string) => JSON.stringify({ version, description: 'Phones', capabilities: {} });
  const folder = await testFolder();
  await writeFiles(join(folder, id), { ...first, 'plugin-info': info('1.0') });
  const install = () => succeed(['plugin', 'install', join(folder, id), '--data', join(folder, 'data')]);
  await install();
  await writeFile(join(folder, 'data/plugins', id, 'common.py'), 'mine');
  await writeFiles(join(folder, id), { ...second, 'plugin-info': info('2.0') });
  expect((await install()).stdout).toMatch(/1 file edited in place, replaced: common.py; copies in .*kept/);
}, 120_000);
