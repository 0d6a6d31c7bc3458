import type { pluginRoutes } from '../../api/plugins.ts';
import { listPlugins } from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import { describeUserFiles, type Release, readPluginSource } from '../../host/index.ts';
import type { Acts } from '../act.ts';
import type { Services } from '../services.ts';
import { compareReleases } from './compare-releases.ts';
import { pluginList } from './plugin-list.ts';
import { rememberSummaries } from './plugin-summaries.ts';
import { notThere, showPlugin } from './show-plugin.ts';
import { storedPluginActs } from './stored-plugin-acts.ts';
import { listTemplateConflicts, resolveTemplateConflict } from './template-conflicts.ts';
import { startUninstallVersion } from './uninstall-version.ts';

export function pluginActs(services: Services): Acts<typeof pluginRoutes> {
  const { pluginWork, host, marks, catalogueOf, events } = services;
  const summaries = rememberSummaries(services);
  return {
    ...storedPluginActs(services),
    listPlugins: pluginList(host, summaries),
    updateList: async ({ actor }) => pluginWork.update(actor),
    uploadPlugin: async ({ files, fields, actor }) => {
      const wants = (name: string): boolean => fields[name] === 'true';
      const force = wants('force');
      if (force && !services.config.development) throw notForDevelopment();
      return pluginWork.upload(files[0]!, actor, { force, besides: wants('beside'), rename: wants('rename') });
    },
    findByDevice: async ({ query }) =>
      host
        .supporting({ vendor: query.vendor, model: query.model ?? '*', firmware: query.firmware })
        .map(({ id, installed, installable, device, match }) => ({
          id,
          version: installed ?? installable ?? '',
          installed: installed !== null,
          capability: device,
          match: match === 'firmware' ? ('exact' as const) : match,
        })),
    showPlugin: async ({ params, actor }) => showPlugin(services, summaries, params.id, actor.name),
    showChanges: async ({ params, query }) => {
      const from = await releaseOf(services, params.id, query.from ?? null);
      const to = query.to ? await releaseOf(services, params.id, query.to) : await host.offeredRelease(params.id);
      if (!to) throw notThere(params.id);
      const userFiles = from ? describeUserFiles(await host.foreseeFiles(to)) : null;
      return { ...compareReleases(from, to), userFiles };
    },
    installPlugin: async ({ params, actor }) => pluginWork.install(params.id, actor),
    upgradePlugin: async ({ params, body, actor }) => {
      const operation = pluginWork.upgrade(params.id, body?.onUnlisted ? { onUnlisted: body.onUnlisted } : {}, actor);
      const soon = await services.operations.wait(operation.id, 2_000);
      const result = soon.result as { plan?: string | null } | null;
      return { operation: soon, plan: result?.plan ?? null };
    },
    uninstallPlugin: async ({ params: { id }, body, actor }) => {
      const { version, force = false, why } = body ?? {};
      const options = { force, ...(why !== undefined && { why }) };
      if (version === undefined) return pluginWork.uninstall(id, options, actor);
      return startUninstallVersion(services, { id, version, ...options }, actor);
    },
    reloadPlugin: async ({ params, actor }) => {
      marks.forget(params.id);
      return pluginWork.reload(params.id, actor, services.config.development);
    },
    showModified: async ({ params }) => {
      const patch = await host.patch(params.id);
      const pieces = patch.split(/^(?=diff --git )/m);
      return (await host.modified(params.id)).map(({ path, change }) => ({
        path,
        change,
        diff: pieces.find((piece) => piece.startsWith(`diff --git a/${path} b/`)) ?? null,
      }));
    },
    exportPatch: async ({ params }) => ({ content: await host.patch(params.id), fileName: `${params.id}.patch` }),
    listTemplateConflicts: async ({ params }) => listTemplateConflicts(host, params.id),
    resolveTemplate: async ({ params, body, actor }) => {
      await resolveTemplateConflict(host, params.id, body);
      await services.record(actor, 'plugin.template-settled', 'plugin', params.id, {
        path: body.path,
        take: body.take,
      });
      events.publish({ topic: 'plugins' });
      return listTemplateConflicts(host, params.id);
    },
    listStepTypes: async ({ query, actor }) => {
      const search = (query.search ?? '').trim().toLowerCase();
      const uses = await usesByStepType(services);
      const entries = (await listPlugins(catalogueOf(actor.name))).flatMap((plugin) => {
        const definition = host.plugins.get(plugin.id)?.release.definition;
        if (!definition) return [];
        return definition.stepTypes.map((stepType) => ({
          pluginId: plugin.id,
          pluginName: definition.name,
          pluginVersion: definition.version,
          tag: definition.tag,
          stepType,
          uses: uses.get(`${plugin.id}\0${stepType.name}`) ?? uses.get(`${definition.name}\0${stepType.name}`) ?? 0,
        }));
      });
      return entries.filter(
        ({ pluginName, tag, stepType }) =>
          search === '' ||
          `${stepType.name}\n${pluginName}\n${tag}\n${stepType.description}`.toLowerCase().includes(search),
      );
    },
  };
}

/** What is asked for and not done is said, not left out. */
function notForDevelopment(): LockstepError {
  return new LockstepError('not-allowed', 'This server is not for development: nothing is forced on it.', {
    hint: 'Set `development: true` in its configuration, or raise the version.',
  });
}

async function usesByStepType({ store }: Services): Promise<Map<string, number>> {
  const rows = await store.db
    .selectFrom('process_use')
    .innerJoin('use_key', 'use_key.id', 'process_use.key_id')
    .select(['plugin_id', 'plugin_name', 'step_type'])
    .select((is) => is.fn.sum<number>('count').as('n'))
    .groupBy(['plugin_id', 'plugin_name', 'step_type'])
    .execute();
  const uses = new Map<string, number>();
  for (const row of rows) {
    const key = `${row.plugin_id || row.plugin_name}\0${row.step_type}`;
    uses.set(key, (uses.get(key) ?? 0) + Number(row.n));
  }
  return uses;
}

/** An installed version; without a version the active one, null where none is. */
async function releaseOf(services: Services, id: string, version: string | null): Promise<Release | null> {
  if (version === null) return services.host.plugins.get(id)?.release ?? null;
  return readPluginSource(await services.host.home(id, version));
}
