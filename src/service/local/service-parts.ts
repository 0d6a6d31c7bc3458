import { join } from 'node:path';
import type { Services } from '../services.ts';

/** What takes time to open and is opened when an act needs it. */
export type ServicePart = 'host' | 'channels' | 'runs';

/** What a part brings with it, and how it is let go. */
export interface OpenedPart {
  readonly services: Partial<
    Pick<Services, 'host' | 'pluginWork' | 'marks' | 'served' | 'channels' | 'runs' | 'together'>
  >;
  close(options: { readonly drain: boolean }): Promise<void> | void;
}

/** `id`: as what this command is known to the servers on the same database. */
export const openParts: Readonly<Record<ServicePart, (services: Services, id: string) => Promise<OpenedPart>>> = {
  host: openHostPart,
  channels: openChannelsPart,
  runs: openRunsPart,
};

async function openHostPart(services: Services, id: string): Promise<OpenedPart> {
  const { config, data, store, operations, events, announceActivity, catalogueOf, followPlan } = services;
  const [{ openHost }, { ModifiedMarks }, { PluginWork }] = await Promise.all([
    import('../plugins/open-host.ts'),
    import('../plugins/modified-marks.ts'),
    import('../plugins/plugin-work.ts'),
  ]);
  const shared = store.shared && data.writable ? await import('../together/index.ts') : null;
  await shared?.shareWithOthers(data);
  const host = await openHost(data, config, catalogueOf);
  const marks = new ModifiedMarks(host, () => {});
  const pluginWork = new PluginWork({ host, operations, events, store, catalogueOf, announceActivity });
  // servers on the same database hear of what changes here
  const joined = { config, store, operations, events, catalogueOf, followPlan, host };
  const together = (await shared?.openTogether(id, joined)) ?? null;
  return {
    services: { host, marks, pluginWork, together },
    async close() {
      await together?.close();
      await host.close();
    },
  };
}

async function openChannelsPart({ config, data, store, record, stopping }: Services): Promise<OpenedPart> {
  const [{ openServed }, { workOnChannels }] = await Promise.all([
    import('../channels/open-served.ts'),
    import('../channels/channel-work.ts'),
  ]);
  const served = await openServed(config);
  const folder = join(data.path, 'uploads');
  const channels = workOnChannels({ served, store, together: null, folder, record, stopping });
  return { services: { served, channels }, close: () => channels.close() };
}

async function openRunsPart({ config, data }: Services): Promise<OpenedPart> {
  const { openDataRuns } = await import('../runs/data-runs.ts');
  const { builtIn, properties, environment } = config.agent;
  const agent = { properties, allow: environment };
  const runs = openDataRuns(data, { builtInAgent: builtIn, runKey: config.runs.key, agent });
  return { services: { runs }, close: ({ drain }) => runs.close({ drain }) };
}
