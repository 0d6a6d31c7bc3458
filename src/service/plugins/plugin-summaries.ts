import type { PluginSummary } from '../../api/plugins.ts';
import { compareVersions, formsOf, type PluginDefinition } from '../../plugin/index.ts';
import { system } from '../../ports/index.ts';
import type { Services } from '../services.ts';
import { countTemplateConflicts, pluginsWithConflicts } from './template-conflicts.ts';

/** What is changed elsewhere, by hand in a folder or by another server, is seen after this long. */
const longest = 1_000;

/**
 * The list of plugins, made once for all who ask until something happens that could change it. Making it asks the
 * database and looks into folders; pages ask for it all the time.
 */
export function rememberSummaries(services: Services): () => Promise<readonly PluginSummary[]> {
  let known: { readonly at: number; readonly plugins: Promise<readonly PluginSummary[]> } | null = null;
  services.events.listenAlways(({ event }) => {
    if (event.topic !== 'operation' && event.topic !== 'run') known = null;
  });
  let renewing = false;
  /** Nobody waits for the look at what changed elsewhere: the former list is answered until the new one is there. */
  const renew = (): void => {
    if (renewing) return;
    renewing = true;
    const before = known;
    const plugins = summarisePlugins(services);
    plugins
      .then((made) => {
        if (known === before && known !== null)
          known = { at: system.clock.monotonic(), plugins: Promise.resolve(made) };
      })
      .catch(() => {
        known = null;
      })
      .finally(() => {
        renewing = false;
      });
  };
  return () => {
    if (known === null) {
      const plugins = summarisePlugins(services);
      known = { at: system.clock.monotonic(), plugins };
      plugins.catch(() => {
        known = null;
      });
    } else if (system.clock.monotonic() - known.at > longest) renew();
    return known.plugins;
  };
}

/** Every plugin that is installed or offered, with its marks. */
async function summarisePlugins(services: Services): Promise<PluginSummary[]> {
  const { host, data, marks } = services;
  const processes = await processesByPlugin(services);
  const modified = await marks.all();
  const withConflicts = await pluginsWithConflicts(data);
  const withdrawn = new Map(host.withdrawn().map(({ id, ...rest }) => [id, rest]));
  const plugins = new Map<string, PluginSummary>();
  for (const one of host.installable()) {
    plugins.set(one.id, {
      id: one.id,
      name: one.id,
      description: one.description,
      installed: null,
      offered: one.version,
      size: one.dsize,
      upgradeable: false,
      modified: false,
      broken: null,
      stepTypes: 0,
      processes: processes.get(one.id) ?? 0,
      behind: 0,
      templateConflicts: 0,
      withdrawn: null,
      deprecated: null,
      successor: null,
    });
  }
  for (const one of await host.installed()) {
    const offer = plugins.get(one.id);
    plugins.set(one.id, {
      id: one.id,
      name: one.name,
      description: one.description || (offer?.description ?? ''),
      installed: one.version,
      offered: offer?.offered ?? null,
      size: offer?.size ?? null,
      upgradeable: offer?.offered != null && one.version !== null && compareVersions(offer.offered, one.version) > 0,
      modified: modified.get(one.id) ?? false,
      broken: one.state === 'broken' ? (one.reason ?? 'It cannot be read.') : null,
      stepTypes: one.stepTypes,
      processes: processes.get(one.id) ?? processes.get(one.name) ?? 0,
      behind: one.stepTypes > 0 ? await processesBehind(services, one) : 0,
      templateConflicts:
        host.plugins.has(one.id) && withConflicts.has(one.id) ? await countTemplateConflicts(host, one.id) : 0,
      withdrawn: withdrawn.get(one.id) ?? null,
      ...endOf(host.plugins.get(one.id)?.release.definition),
    });
  }
  return [...plugins.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function endOf(definition: PluginDefinition | null | undefined): Pick<PluginSummary, 'deprecated' | 'successor'> {
  const { deprecated, successor } = definition ?? {};
  return {
    deprecated: deprecated ? { since: deprecated.since, text: deprecated.text, use: deprecated.use } : null,
    successor: successor?.id ?? null,
  };
}

/** How many processes have a step of a plugin that stands at a lower version than the active one. */
async function processesBehind(
  { store }: Services,
  { id, name, version }: { readonly id: string; readonly name: string; readonly version: string | null },
): Promise<number> {
  const active = Number(version);
  if (!Number.isInteger(active)) return 0;
  const { n } = await store.db
    .selectFrom('process_use')
    .innerJoin('use_key', 'use_key.id', 'process_use.key_id')
    .select((is) => is.fn.count<number>('process_id').distinct().as('n'))
    .where((is) =>
      is.or([is('plugin_id', '=', id), is.and([is('plugin_id', '=', ''), is('plugin_name', 'in', formsOf(name))])]),
    )
    .where('version', '<', active)
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** By plugin id, and by display name for uses that record no id. */
async function processesByPlugin({ store }: Services): Promise<Map<string, number>> {
  const rows = await store.db
    .selectFrom('process_use')
    .innerJoin('use_key', 'use_key.id', 'process_use.key_id')
    .select(['plugin_id', 'plugin_name'])
    .select((is) => is.fn.count<number>('process_id').distinct().as('n'))
    .groupBy(['plugin_id', 'plugin_name'])
    .execute();
  return new Map(rows.map((row) => [row.plugin_id || row.plugin_name, Number(row.n)]));
}
