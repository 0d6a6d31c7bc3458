import { type ActivePlugin, activePlugin, activePlugins, uninstallActive } from '../../../service/index.ts';
import { answerList, type OldPaths, readUpload } from './old-paths.ts';

/** Plugins: list, one by id or name, upload, and delete, which takes the active version alone as the old server does. */
export function addPluginPaths({ add, services }: OldPaths): void {
  const { pluginWork } = services;
  const url = '/rest/plugin/automationPlugin';
  add('GET', url, 'read', async (call) =>
    answerList(
      call,
      (await activePlugins(services, call.actor)).flatMap((plugin) => describePlugin(plugin) ?? []),
    ),
  );
  // plugins that bring versions of components in; there is none here
  for (const name of ['sourceConfigPlugin', 'sourceConfigPlugins'])
    add('GET', `/rest/plugin/${name}`, 'read', async (call) => answerList(call, []));
  add('GET', `${url}/:id`, 'read', async ({ params, actor, reply }) => {
    return describePlugin(await activePlugin(services, actor, params['id']!)) ?? reply.callNotFound();
  });
  add('POST', url, 'plugin-manage', async ({ request, actor }) => {
    const operation = await pluginWork.upload(await readUpload(request), actor);
    const { result } = await pluginWork.finish(operation);
    const { id } = result as { id: string };
    const plugin = await activePlugin(services, actor, id);
    return describePlugin(plugin) ?? { id, pluginId: id, name: plugin.name };
  });
  add('DELETE', `${url}/:id`, 'plugin-manage', async ({ params, actor, reply }) => {
    await pluginWork.finish(await uninstallActive(services, actor, params['id']!));
    return reply.status(204).send();
  });
}

/** `version` is the number and, after a dot, what tells one load of it from another: here its digest as a number. */
function describePlugin({ id, name, active }: ActivePlugin): object | null {
  if (!active) return null;
  const { description, number, digest } = active;
  return {
    id,
    pluginId: id,
    name,
    description,
    version: `${number}.${Number.parseInt(digest.slice(0, 6), 16) % 1_000_000}`,
    versionNumber: number,
    ghostedDate: 0,
  };
}
