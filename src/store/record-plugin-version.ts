import type { Insertable } from 'kysely';
import type { StoreTransaction } from './store.ts';
import type { PluginVersionTable } from './tables.ts';

/** The JSON columns as values; null where the package has no such file. */
export interface RecordedVersion
  extends Omit<
    Insertable<PluginVersionTable>,
    'plugin_id' | 'definition' | 'upgrade_file' | 'info' | 'successor' | 'state'
  > {
  readonly id: string;
  readonly definition: { readonly successor?: { readonly id: string } } | null;
  readonly upgradeFile: object | null;
  readonly pluginInfo: object | null;
}

/** Records a plugin version as installed, its plugin too where it is new. Nothing becomes active. */
export async function recordPluginVersion(
  { db }: StoreTransaction,
  { id, definition, upgradeFile, pluginInfo, ...columns }: RecordedVersion,
): Promise<void> {
  await db
    .insertInto('plugin')
    .values({ id, name: columns.name, active_version: null, former_version: null })
    .onConflict((on) => on.column('id').doNothing())
    .execute();
  const { version, ...rest } = columns;
  const row = {
    ...rest,
    definition: definition && JSON.stringify(definition),
    upgrade_file: upgradeFile && JSON.stringify(upgradeFile),
    info: pluginInfo && JSON.stringify(pluginInfo),
    successor: definition?.successor?.id ?? null,
    state: 'installed' as const,
  };
  await db
    .insertInto('plugin_version')
    .values({ plugin_id: id, version, ...row })
    .onConflict((on) => on.columns(['plugin_id', 'version']).doUpdateSet(row))
    .execute();
}
