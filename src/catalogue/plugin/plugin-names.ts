import type { Kysely } from 'kysely';
import { formsOf, nameInForm } from '../../plugin/index.ts';
import type { Tables } from '../../store/index.ts';

/**
 * Every display name that a plugin ever had here, newest first, but none that an installed version of another plugin
 * bears: a use that records only such a name is nobody's [SCOPE-2]. `within`: the plugins of its succession, which
 * tell each other's uses apart by their versions [SUCC-4].
 */
export async function namesOf(db: Kysely<Tables>, pluginId: string, within: readonly string[] = []): Promise<string[]> {
  const shared = await sharedNamesOf(db, pluginId, within);
  return (await everyNameOf(db, pluginId)).filter((name) => !shared.includes(name));
}

/** Names of a plugin that an installed version of another plugin bears too. */
export async function sharedNamesOf(
  db: Kysely<Tables>,
  pluginId: string,
  within: readonly string[] = [],
): Promise<string[]> {
  const names = await everyNameOf(db, pluginId);
  if (names.length === 0) return [];
  const rows = await db
    .selectFrom('plugin_version')
    .select('name')
    .distinct()
    .where('plugin_id', 'not in', [pluginId, ...within])
    .where('name', 'in', names.flatMap(formsOf))
    .where('number', 'is not', null)
    .where('state', '=', 'installed')
    .execute();
  const shared = rows.map(({ name }) => nameInForm(name));
  return names.filter((name) => shared.includes(nameInForm(name)));
}

async function everyNameOf(db: Kysely<Tables>, pluginId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('plugin_version')
    .select(['name', 'number'])
    .where('plugin_id', '=', pluginId)
    .orderBy('number', 'desc')
    .execute();
  return [...new Set(rows.map(({ name }) => name))];
}

/**
 * The entries of the where-used index that mean a plugin, named by id or display name, and a step type: those that
 * record its id, and those that record no id but one of its names [SCOPE-2].
 */
export async function useKeysOf(
  db: Kysely<Tables>,
  { plugin, stepType }: { readonly plugin?: string | undefined; readonly stepType?: string | undefined },
): Promise<number[]> {
  let query = db.selectFrom('use_key').select('id');
  if (stepType !== undefined) query = query.where('step_type', 'in', formsOf(stepType));
  if (plugin !== undefined) {
    const known = await db
      .selectFrom('plugin_version')
      .select(['plugin_id', 'name'])
      .where((is) => is.or([is('plugin_id', '=', plugin), is('name', 'in', formsOf(plugin))]))
      .execute();
    const ids = [...new Set([plugin, ...known.map((row) => row.plugin_id)])];
    const names = [plugin];
    for (const id of ids) names.push(...(await namesOf(db, id)));
    query = query.where((is) =>
      is.or([
        is('plugin_id', 'in', ids),
        is.and([is('plugin_id', '=', ''), is('plugin_name', 'in', names.flatMap(formsOf))]),
      ]),
    );
  }
  return (await query.execute()).map(({ id }) => id);
}

/** The entries of the where-used index that record a plugin's id, or no id but one of these names. */
export async function keysNamed(db: Kysely<Tables>, plugin: string, names: Iterable<string>): Promise<number[]> {
  const rows = await db
    .selectFrom('use_key')
    .select('id')
    .where((is) =>
      is.or([
        is('plugin_id', '=', plugin),
        is.and([is('plugin_id', '=', ''), is('plugin_name', 'in', ['', ...Array.from(names, formsOf).flat()])]),
      ]),
    )
    .execute();
  return rows.map(({ id }) => id);
}
