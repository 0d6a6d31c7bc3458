import type { PluginDefinition } from '../../plugin/index.ts';
import type { Store } from '../../store/index.ts';

interface Installed {
  /** By version. */
  readonly definitions: ReadonlyMap<number, PluginDefinition>;
  /** Every name that the plugin had. */
  readonly names: readonly string[];
}

/** The versions of a plugin that are stored here and declare step types. */
export async function installedDefinitions(store: Store, id: string): Promise<Installed> {
  const rows = await store.db
    .selectFrom('plugin_version')
    .select(['number', 'definition', 'name'])
    .where('plugin_id', '=', id)
    .where('definition', 'is not', null)
    .execute();
  return {
    definitions: new Map(rows.map((row) => [row.number!, JSON.parse(row.definition!) as PluginDefinition])),
    names: rows.map(({ name }) => name),
  };
}
