import { type Catalogue, pluginUsage } from '../../catalogue/index.ts';
import { Host } from '../../host/index.ts';
import { pinnedContent } from '../../run/index.ts';
import type { DataFolder } from '../../store/index.ts';
import { runsUsing } from '../runs/runs-using.ts';
import type { ServerConfig } from '../settings/config.ts';

/** The plugins of a data folder, which know from here who uses them and what becomes of processes. */
export function openHost(
  data: DataFolder,
  config: ServerConfig,
  catalogueOf: (user: string) => Catalogue,
): Promise<Host> {
  const { store } = data;
  return Host.open(data, {
    settings: settingSources(config),
    pinnedContent: () => pinnedContent(store),
    usesOf: async (id) => {
      const usage = await pluginUsage(catalogueOf('server'), id).catch(() => null);
      const runs = await runsUsing(store, id);
      const named = [...(usage?.processes ?? []), ...(usage?.snapshots ?? [])].map(({ name }) => `"${name}"`);
      return {
        count: (usage?.processCount ?? 0) + (usage?.snapshots.length ?? 0) + runs.count,
        examples: [...runs.examples, ...named].slice(0, 5),
      };
    },
  });
}

function settingSources({ plugins }: ServerConfig) {
  const from = (source: 'file' | 'environment' | 'flag') =>
    Object.fromEntries(
      Object.entries(plugins)
        .filter(([, setting]) => setting.source === source)
        .map(([name, setting]) => [name, setting.value]),
    );
  const environment = Object.fromEntries(
    Object.entries(from('environment')).map(([name, value]) => [`LOCKSTEP_${name.toUpperCase()}`, String(value)]),
  );
  return { file: from('file'), environment, commandLine: from('flag') };
}
