import type { Kysely } from 'kysely';
import { nameInForm } from '../../plugin/index.ts';
import type { Tables } from '../../store/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { shownName } from './shown-name.ts';

export interface UnresolvedUse {
  readonly pluginName: string;
  readonly version: number;
  /** `plugin`: not installed at all; `version`: installed, but not this one. */
  readonly missing: 'plugin' | 'version';
  readonly processes: readonly { readonly id: string; readonly name: string }[];
}

/** Uses of current processes whose plugin, or plugin version, is not installed. */
export async function listUnresolved({ store }: Catalogue): Promise<UnresolvedUse[]> {
  const installed = await installedNumbers(store.db);
  const rows = await store.db
    .selectFrom('process_use')
    .innerJoin('use_key', 'use_key.id', 'process_use.key_id')
    .select(['use_key.id', 'plugin_id', 'plugin_name', 'step_type', 'version'])
    .distinct()
    .orderBy('plugin_name')
    .orderBy('version')
    .orderBy('step_type')
    .execute();
  const groups = new Map<string, { keys: number[]; missing: 'plugin' | 'version'; name: string; version: number }>();
  for (const { id, plugin_id, plugin_name: name, version } of rows) {
    const numbers = installed.of(plugin_id, name);
    if (numbers?.has(version)) continue;
    const place = JSON.stringify([plugin_id, name, version]);
    const group = groups.get(place) ?? { keys: [], missing: numbers ? 'version' : 'plugin', name, version };
    group.keys.push(id);
    groups.set(place, group);
  }
  return Promise.all(
    [...groups.values()].map(async ({ keys, missing, name: pluginName, version }) => {
      const users = await store.db
        .selectFrom('process_use')
        .innerJoin('process', 'process.id', 'process_use.process_id')
        .where('key_id', 'in', keys)
        .where('process_use.version', '=', version)
        .select(['process.id', shownName.as('name')])
        .distinct()
        .orderBy('process.id')
        .execute();
      return { pluginName, version, missing, processes: users.map(({ id, name }) => ({ id: String(id), name })) };
    }),
  );
}

/** Which versions of a plugin are installed, found as uses name it: by id, else by any of its names [SCOPE-2]. */
async function installedNumbers(db: Kysely<Tables>): Promise<{
  of(pluginId: string, pluginName: string): ReadonlySet<number> | undefined;
}> {
  const rows = await db
    .selectFrom('plugin_version')
    .select(['plugin_id', 'name', 'number'])
    .where('number', 'is not', null)
    .where('state', '=', 'installed')
    .execute();
  const byId = new Map<string, Set<number>>();
  const idOfName = new Map<string, string>();
  for (const { plugin_id, name, number } of rows) {
    idOfName.set(nameInForm(name), plugin_id);
    const numbers = byId.get(plugin_id) ?? new Set();
    numbers.add(number!);
    byId.set(plugin_id, numbers);
  }
  return { of: (id, name) => byId.get(id === '' ? (idOfName.get(nameInForm(name)) ?? '') : id) };
}
