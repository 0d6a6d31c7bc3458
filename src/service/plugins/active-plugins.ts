import type { Operation } from '../../api/operations.ts';
import { listPlugins, showPlugin } from '../../catalogue/index.ts';
import type { Actor } from '../accounts/actor.ts';
import type { Services } from '../services.ts';
import { startUninstallVersion } from './uninstall-version.ts';

type Shown = Awaited<ReturnType<typeof showPlugin>>;

/** A plugin as its active version is, where it has one. */
export interface ActivePlugin {
  readonly id: string;
  readonly name: string;
  readonly active: {
    readonly description: string;
    /** The whole number of plugin.xml; 0 without step types. */
    readonly number: number;
    readonly digest: string;
  } | null;
}

export async function activePlugins({ catalogueOf }: Services, { name }: Actor): Promise<readonly ActivePlugin[]> {
  const catalogue = catalogueOf(name);
  const shown = await Promise.all((await listPlugins(catalogue)).map(({ id }) => showPlugin(catalogue, id)));
  return shown.map(activeOf);
}

/** By id or by any display name that it had. */
export async function activePlugin({ catalogueOf }: Services, { name }: Actor, plugin: string): Promise<ActivePlugin> {
  return activeOf(await showPlugin(catalogueOf(name), plugin));
}

/** Takes the active version alone where there are others beside it, else the whole plugin. */
export async function uninstallActive(services: Services, actor: Actor, plugin: string): Promise<Operation> {
  const { id, activeVersion, versions } = await showPlugin(services.catalogueOf(actor.name), plugin);
  return activeVersion === null || !versions.some(({ state }) => state === 'side-by-side')
    ? services.pluginWork.uninstall(id, { force: false }, actor)
    : startUninstallVersion(services, { id, version: activeVersion, force: false }, actor);
}

function activeOf({ id, name, activeVersion, versions, definitions, infos }: Shown): ActivePlugin {
  const active = versions.find(({ version }) => version === activeVersion);
  if (!active) return { id, name, active: null };
  const number = active.number ?? 0;
  const description = definitions.get(number)?.description ?? infos.get(active.version)?.description ?? '';
  return { id, name: active.name, active: { description, number, digest: active.digest } };
}
