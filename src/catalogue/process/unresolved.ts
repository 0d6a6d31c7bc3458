import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { nameInForm } from '../../plugin/index.ts';
import type { Tables } from '../../store/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { shownName } from './shown-name.ts';

export interface UnresolvedUse {
  /** Empty where documents name the plugin by display name only. */
  readonly pluginId: string | null;
  readonly pluginName: string;
  readonly version: number;
  /** `plugin`: not installed at all; `version`: installed, but not this one. */
  readonly missing: 'plugin' | 'version';
  readonly stepTypes: readonly string[];
  /** Processes that use it; as many as were asked for are named. */
  readonly processes: readonly { readonly id: string; readonly name: string }[];
  readonly processCount: number;
}

/** Uses of current processes whose plugin, or plugin version, is not installed. `named`: processes named of each use; null: all. */
export async function listUnresolved(
  { store }: Catalogue,
  { named: atMost = 20 }: { readonly named?: number | null } = {},
): Promise<UnresolvedUse[]> {
  const installed = await installedNumbers(store.db);
  const rows = await store.db
    .selectFrom('process_use')
    .innerJoin('use_key', 'use_key.id', 'process_use.key_id')
    .select(['use_key.id', 'plugin_id', 'plugin_name', 'step_type', 'version'])
    .select(sql<number>`count(*)`.as('processes'))
    .groupBy(['use_key.id', 'plugin_id', 'plugin_name', 'step_type', 'version'])
    .orderBy('plugin_name')
    .orderBy('version')
    .orderBy('step_type')
    .execute();
  const groups = new Map<string, { keys: number[]; missing: 'plugin' | 'version'; rows: typeof rows }>();
  for (const row of rows) {
    const numbers = installed.of(row.plugin_id, row.plugin_name);
    if (numbers?.has(row.version)) continue;
    const place = JSON.stringify([row.plugin_id, row.plugin_name, row.version]);
    const group = groups.get(place) ?? { keys: [], missing: numbers ? 'version' : 'plugin', rows: [] };
    group.keys.push(row.id);
    group.rows.push(row);
    groups.set(place, group);
  }
  return Promise.all(
    [...groups.values()].map(async ({ keys, missing, rows: [first, ...more] }) => {
      const users = store.db
        .selectFrom('process_use')
        .innerJoin('process', 'process.id', 'process_use.process_id')
        .where('key_id', 'in', keys)
        .where('process_use.version', '=', first!.version);
      const all = users
        .select(['process.id', shownName.as('name')])
        .distinct()
        .orderBy('process.id');
      const named = await (atMost === null ? all : all.limit(atMost)).execute();
      const { n } = await users.select(sql<number>`count(distinct process_id)`.as('n')).executeTakeFirstOrThrow();
      return {
        pluginId: first!.plugin_id === '' ? null : first!.plugin_id,
        pluginName: first!.plugin_name,
        version: first!.version,
        missing,
        stepTypes: [first!, ...more].map((row) => row.step_type),
        processes: named.map(({ id, name }) => ({ id: String(id), name })),
        processCount: n,
      };
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
