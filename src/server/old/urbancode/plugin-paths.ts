import { listPlugins, showPlugin } from '../../../catalogue/index.ts';
import { startUninstallVersion } from '../../../service/index.ts';
import { answerList, type OldPaths, readUpload } from './old-paths.ts';

/** Plugins: list, one by id or name, upload, and delete, which takes the active version alone as the old server does. */
export function addPluginPaths({ add, services }: OldPaths): void {
  const { catalogueOf, pluginWork } = services;
  const url = '/rest/plugin/automationPlugin';
  add('GET', url, 'read', async (call) => {
    const catalogue = catalogueOf(call.actor.name);
    const plugins = await listPlugins(catalogue);
    const shown = await Promise.all(plugins.map(({ id }) => showPlugin(catalogue, id)));
    return answerList(
      call,
      shown.flatMap((plugin) => describePlugin(plugin)),
    );
  });
  // plugins that bring versions of components in; there is none here
  for (const name of ['sourceConfigPlugin', 'sourceConfigPlugins'])
    add('GET', `/rest/plugin/${name}`, 'read', async (call) => answerList(call, []));
  add('GET', `${url}/:id`, 'read', async ({ params, actor, reply }) => {
    const [plugin] = describePlugin(await showPlugin(catalogueOf(actor.name), params['id']!));
    return plugin ?? reply.callNotFound();
  });
  add('POST', url, 'plugin-manage', async ({ request, actor }) => {
    const operation = await pluginWork.upload(await readUpload(request), actor);
    const { result } = await pluginWork.finish(operation);
    const { id } = result as { id: string };
    const plugin = await showPlugin(catalogueOf(actor.name), id);
    return describePlugin(plugin)[0] ?? { id, pluginId: id, name: plugin.name };
  });
  add('DELETE', `${url}/:id`, 'plugin-manage', async ({ params, actor, reply }) => {
    const { id, activeVersion, versions } = await showPlugin(catalogueOf(actor.name), params['id']!);
    const others = versions.filter(({ state }) => state === 'side-by-side');
    const operation =
      activeVersion === null || others.length === 0
        ? await pluginWork.uninstall(id, { force: false }, actor)
        : startUninstallVersion(services, { id, version: activeVersion, force: false }, actor);
    await pluginWork.finish(operation);
    return reply.status(204).send();
  });
}

/** `version` is the number and, after a dot, what tells one load of it from another: here its digest as a number. */
function describePlugin(plugin: Awaited<ReturnType<typeof showPlugin>>): object[] {
  const active = plugin.versions.find(({ version }) => version === plugin.activeVersion);
  if (!active) return [];
  const number = active.number ?? 0;
  const description =
    plugin.definitions.get(number)?.description ?? plugin.infos.get(active.version)?.description ?? '';
  return [
    {
      id: plugin.id,
      pluginId: plugin.id,
      name: active.name,
      description,
      version: `${number}.${Number.parseInt(active.digest.slice(0, 6), 16) % 1_000_000}`,
      versionNumber: number,
      ghostedDate: 0,
    },
  ];
}
