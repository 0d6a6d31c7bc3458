import { appendFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { knownPlaces, recoverPlugins, releaseKey } from '../../host/index.ts';
import { pinnedContent } from '../../run/index.ts';
import { startTestServer, type TestServer } from '../../server/testing/start-test-server.ts';
import { runsUsing } from './runs-using.ts';

const plugin = 'org.example.fleet-tools';
let server: TestServer;

beforeEach(async () => {
  server = await startTestServer({ agent: { builtIn: false } });
});
afterEach(() => server.stop());

it('[DO-8] a run under way keeps its plugin although its process was taken away, until it ends', async () => {
  await server.ended((await server.ask('POST', '/api/examples')).body);
  const { items } = (await server.ask('GET', '/api/processes?limit=1000')).body;
  const { id } = items.find((process: { name: string }) => process.name === 'Restart a desk phone') ?? items[0];
  const { runs } = server.services.runs;
  const { asks } = await runs.form(id);
  const values = Object.fromEntries(
    asks.filter(({ required }) => required).map((ask) => [ask.name, ask.default || 'x']),
  );
  const run = await runs.request({ processId: id, values, by: 'ada' });
  for (const process of items) await server.ask('DELETE', `/api/processes/${process.id}`);

  const { store, host } = server.services;
  expect(await runsUsing(store, plugin)).toMatchObject({ count: 1, examples: [expect.stringContaining(run.id)] });
  expect((await runsUsing(store, plugin, 1)).count).toBe(1);
  expect((await runsUsing(store, plugin, 3)).count).toBe(0);
  const refused = await server.ended((await server.ask('POST', `/api/plugins/${plugin}/uninstall`)).body);
  expect(refused.reason).toMatchObject({ code: 'plugin-in-use', message: expect.stringContaining(`run ${run.id}`) });
  expect(host.plugin(plugin).release.version).toBe('1');

  await runs.cancel(run.id, 'ada');
  await expect.poll(async () => (await runsUsing(store, plugin)).count).toBe(0);
  const gone = await server.ended((await server.ask('POST', `/api/plugins/${plugin}/uninstall`)).body);
  expect(gone.state).toBe('success');
});

it('[DO-8] content that a run started with stays on the disk after it was loaded again and the server restarted', async () => {
  await server.ended((await server.ask('POST', '/api/examples')).body);
  const { data, host } = server.services;
  const edit = async (): Promise<void> => {
    await appendFile(join(host.settings.get().plugins_dir, plugin, 'plugin.xml'), '<!-- edited -->\n');
    const loaded = await server.ended((await server.ask('POST', `/api/plugins/${plugin}/reload`)).body);
    expect(loaded.state).toBe('success');
  };
  await edit();
  const { items } = (await server.ask('GET', '/api/processes?limit=1000')).body;
  const { id } = items.find((process: { name: string }) => process.name === 'Restart a desk phone');
  const { runs } = server.services.runs;
  const { asks } = await runs.form(id);
  const values = Object.fromEntries(asks.map((ask) => [ask.name, ask.default || 'x']));
  const run = await runs.request({ processId: id, values, by: 'ada' });

  const { release } = host.plugin(plugin);
  const former = join(data.path, 'versions', plugin, releaseKey(release));
  await edit();
  expect(host.plugin(plugin).release.digest).not.toBe(release.digest);

  const restart = async () => recoverPlugins(await knownPlaces(data), () => pinnedContent(data.store));
  await restart();
  expect(await readdir(former)).toContain('plugin.xml');
  await runs.cancel(run.id, 'ada');
  await expect.poll(async () => (await pinnedContent(data.store)).size).toBe(0);
  await restart();
  await expect(readdir(former)).rejects.toMatchObject({ code: 'ENOENT' });
});
