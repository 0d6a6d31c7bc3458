import type { pluginRoutes } from '../../api/plugins.ts';
import {
  declaredSuccessors,
  listPlugins,
  type PluginSummary,
  pluginUsage,
  showPlugin,
  whereUsed,
} from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import { withdrawnIn, withdrawnProblem } from '../../host/index.ts';
import type { Acts } from '../act.ts';
import type { Services } from '../services.ts';
import { endedParts } from './ended-parts.ts';

type StoredRoutes = Pick<typeof pluginRoutes, 'listStored' | 'showStored' | 'showDefinition' | 'whereUsed'>;

/** What the database alone tells of plugins: nobody has to read their folders for it. */
export function storedPluginActs({ catalogueOf, data }: Pick<Services, 'catalogueOf' | 'data'>): Acts<StoredRoutes> {
  const shown = async ({ id, name, activeVersion, versions }: PluginSummary) => {
    const gone = await withdrawnIn(
      data.path,
      versions.map(({ version }) => ({ id, version })),
    );
    const withdrawn = new Map(gone.map(({ id: _id, version, ...why }) => [version, why]));
    return {
      ...{ id, name, activeVersion, problems: gone.map(withdrawnProblem) },
      versions: versions.map(({ folder, ...one }) => ({ ...one, withdrawn: withdrawn.get(one.version) ?? null })),
    };
  };
  return {
    listStored: async ({ query, actor }) =>
      Promise.all((await listPlugins(catalogueOf(actor.name), { ghosted: query.all ?? false })).map(shown)),
    showStored: async ({ params, query, actor }) => {
      const catalogue = catalogueOf(actor.name);
      const plugin = await showPlugin(catalogue, params.id);
      const active = plugin.versions.find(({ state }) => state === 'active')?.number ?? undefined;
      const wanted = query.version ?? active;
      const definition = wanted === undefined ? undefined : plugin.definitions.get(wanted);
      if (query.version !== undefined && !definition) {
        throw new LockstepError('plugin-not-found', `Version ${wanted} of ${plugin.name} is not known here.`, {
          hint: `Known: ${[...plugin.definitions.keys()].join(', ')}.`,
        });
      }
      const stored = await shown(plugin);
      return {
        ...stored,
        problems: [...stored.problems, ...endedParts(definition, await declaredSuccessors(catalogue.store.db))],
        definition: definition ?? null,
        upgradeFile: wanted === undefined ? null : (plugin.upgradeFiles.get(wanted) ?? null),
        info: plugin.activeVersion === null ? null : (plugin.infos.get(plugin.activeVersion) ?? null),
        usage: await pluginUsage(catalogue, plugin.id),
      };
    },
    showDefinition: async ({ params, query, actor }) => {
      const plugin = await showPlugin(catalogueOf(actor.name), params.id);
      const active = plugin.versions.find(({ version }) => version === plugin.activeVersion)?.number;
      const definition = plugin.definitions.get(query.version ?? active ?? -1);
      if (definition) return definition;
      throw new LockstepError('plugin-not-found', `${params.id} has no step types in this version.`, {
        hint: 'See which versions are installed.',
      });
    },
    whereUsed: async ({ query, actor }) => {
      const { offset = 0, limit = 50, ...filter } = query;
      const all = (await whereUsed(catalogueOf(actor.name), filter)).flatMap(({ id, name, kind, owner, uses }) =>
        uses.map((use) => ({
          processId: id,
          processName: name,
          kind,
          owner,
          activity: use.activity,
          stepType: use.stepType,
          pluginVersion: use.pluginVersion,
        })),
      );
      return { items: all.slice(offset, offset + limit), total: all.length };
    },
  };
}
