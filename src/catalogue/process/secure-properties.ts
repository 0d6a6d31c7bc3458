import type { Kysely } from 'kysely';
import { nameInForm, type PluginDefinition, type UpgradeFile } from '../../plugin/index.ts';
import { type IsSecret, listUses, type ProcessDocument, type Secrets, secretsAmong } from '../../process/index.ts';
import type { Tables } from '../../store/index.ts';
import { declaredSecure } from '../../upgrade/index.ts';

/**
 * Tells which property values of uses in these documents are never shown: those that any known version of their plugin
 * declares secure, that are encrypted, or that are or hold a secret which stands elsewhere in these documents: secrecy
 * follows the value, under whatever name [PROP-7].
 */
export async function secretsIn(db: Kysely<Tables>, documents: readonly ProcessDocument[]): Promise<Secrets> {
  const named = new Set(
    documents.flatMap(listUses).flatMap(({ pluginId, pluginName }) => [pluginId ?? '', nameInForm(pluginName)]),
  );
  const rows = await db.selectFrom('plugin_version').select(['plugin_id', 'name']).distinct().execute();
  const used = rows.filter((row) => named.has(row.plugin_id) || named.has(nameInForm(row.name)));
  const secure = new Map<string, ReadonlySet<string>>();
  for (const { plugin_id, name } of used) {
    const names = secure.get(plugin_id) ?? (await secureNamesOf(db, plugin_id));
    secure.set(plugin_id, names);
    secure.set(nameInForm(name), names);
  }
  const declared: IsSecret = ({ pluginId, pluginName }, property) =>
    secure.get(pluginId ?? nameInForm(pluginName))?.has(nameInForm(property)) ?? false;
  return secretsAmong(documents, declared);
}

async function secureNamesOf(db: Kysely<Tables>, pluginId: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('plugin_version')
    .select(['definition', 'upgrade_file'])
    .where('plugin_id', '=', pluginId)
    .execute();
  const definitions = rows.flatMap(({ definition }) =>
    definition ? (JSON.parse(definition) as PluginDefinition) : [],
  );
  const blocks = rows.flatMap(({ upgrade_file: file }) => (file ? (JSON.parse(file) as UpgradeFile).blocks : []));
  return declaredSecure(definitions, blocks);
}
