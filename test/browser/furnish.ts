import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { channelSigner, initTrust, signChannels } from '../../src/repository/index.ts';
import type { TestServer } from '../../src/server/testing/start-test-server.ts';
import { addAgent } from './add-agent.ts';
import { channelUrl, newerSpa754, otherPlugins, publish, spa754 } from './sample-channel.ts';

/** Where the furnished server has something to look at. */
export interface Furnished {
  /** An applied plan. */
  readonly applied: string;
  /** A plan whose questions are open. */
  readonly plan: string;
  readonly run: string;
  readonly process: string;
}

/** Signs what the channels offer, with keys of their own beside the data. */
async function sign({ services, folder }: TestServer): Promise<void> {
  const keys = join(folder, 'keys');
  const { storage } = services.served;
  await initTrust(storage, { keys });
  await signChannels(storage, channelSigner({ keys }), { who: 'ada' });
}

/** Fills a server as after some weeks of use: channels, installed plugins, the example processes, plans, a run, users. */
export async function furnish(server: TestServer): Promise<Furnished> {
  const { ask, ended } = server;
  await publish(server, 'stable', spa754, ...otherPlugins);
  await ask('PUT', '/api/settings/plugin_server', { value: channelUrl(server, 'stable') });
  await ended((await ask('POST', '/api/plugins/update')).body);
  for (const id of [spa754.id, 'xivo-snom-8.7.5.35'])
    await ended((await ask('POST', `/api/plugins/${id}/install`)).body);
  const tried = otherPlugins.map((plugin) =>
    plugin.id.startsWith('xivo-cisco') ? { ...plugin, version: '1.2', family: 'xivo-cisco-spa' } : plugin,
  );
  await publish(server, 'testing', { ...newerSpa754, family: 'xivo-cisco-spa' }, ...tried);
  await sign(server);
  await ask('PUT', '/api/settings/plugin_server', { value: channelUrl(server, 'testing') });
  await ended((await ask('POST', '/api/plugins/update')).body);
  await ended((await ask('POST', '/api/examples')).body);
  await ask('POST', '/api/tokens', { label: 'nightly job', days: 90 });

  const planFor = async (to: number): Promise<string> => {
    const operation = await ended((await ask('POST', '/api/plans', { plugin: 'org.example.fleet-tools', to })).body);
    return operation.result;
  };
  const pilot = (await ask('GET', '/api/processes?search=Reception&limit=100')).body.items;
  await ask('POST', '/api/labels', { processes: pilot.map(({ id }: { id: string }) => id), give: 'pilot' });
  await ask('POST', '/api/snapshots', { name: 'before the upgrade', note: 'as it ran in November' });
  const applied = await planFor(2);
  await ended((await ask('POST', `/api/plans/${applied}/apply`)).body);
  const plan = await planFor(3);

  // from then on the agent inside of the server does no steps
  await ask('POST', '/api/users', { name: 'grace', role: 'plugin-manager', password: 'a long enough password' });
  await ask('POST', '/api/users', { name: 'linus', role: 'process-owner' });
  await addAgent(server, { name: 'desk-12', labels: ['lab'] });

  const { items } = (await ask('GET', '/api/processes?limit=100')).body;
  const find = (name: string): string => items.find((one: { name: string }) => one.name === name).id;
  const process = find('Configure a desk phone');
  const asked = (await ask('GET', `/api/processes/${process}/request`)).body.asks as { name: string }[];
  const values = Object.fromEntries(asked.map(({ name }) => [name, 'desk-101']));
  const run = (await ask('POST', '/api/runs', { process, values })).body.id;
  const over = new Set(['succeeded', 'failed', 'cancelled']);
  while (!over.has((await ask('GET', `/api/runs/${run}`)).body.state)) await pause(50);
  return { applied, plan, run, process };
}
