import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderStorage, initTrust, openRepository } from '../../repository/index.ts';
import { samplePackage } from '../../repository/testing/sample-packages.ts';
import { startTestServer } from '../testing/start-test-server.ts';

it('signs what is published to a signed channel through the server, and tells whoever tries its address that it is signed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-signed-'));
  const [channels, keys] = [join(folder, 'channels'), join(folder, 'keys')];
  const before = await openRepository(channels, { keys });
  await before.publish('testing', { who: 'author', packages: [await samplePackage({ id: 'a', version: '1.0' })] });
  await initTrust(folderStorage(channels), { keys });
  const server = await startTestServer({ keys }, { repository: channels });
  try {
    const remote = await openRepository(server.url, { token: server.token });
    await remote.publish('testing', { who: '', packages: [await samplePackage({ id: 'b', version: '1.0' })] });
    const url = `${server.url}plugins/1/testing/`;
    const tried = await server.ask('POST', '/api/settings/plugin_server/try', { url });
    expect(tried.body).toMatchObject({ reachable: true, signed: true, plugins: 2 });
    await server.ask('PUT', '/api/settings/plugin_server', { value: url });
    const update = await server.ended((await server.ask('POST', '/api/plugins/update')).body);
    expect(update.result).toMatchObject({ offered: 2, signed: true });
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
