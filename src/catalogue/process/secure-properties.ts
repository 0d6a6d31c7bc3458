import type { Kysely } from 'kysely';
import type { PluginDefinition } from '../../plugin/index.ts';
import { isRecord, listUses, type ProcessDocument, textOf, type Use } from '../../process/index.ts';
import type { Tables } from '../../store/index.ts';

/** Tells whether the value of a property of a use is never shown. */
export type IsSecret = (use: Omit<Use, 'path'>, property: string) => boolean;

/**
 * Tells which property values of uses in these documents are never shown: those that any known version of their plugin
 * declares secure, that are encrypted, or that are or hold a secret which stands elsewhere in these documents: secrecy
 * follows the value, under whatever name [PROP-7].
 */
export async function secretsIn(db: Kysely<Tables>, documents: readonly ProcessDocument[]): Promise<IsSecret> {
  const named = new Set(
    documents.flatMap(listUses).flatMap(({ pluginId, pluginName }) => [pluginId ?? '', pluginName]),
  );
  const rows = await db.selectFrom('plugin_version').select(['plugin_id', 'name']).distinct().execute();
  const used = rows.filter((row) => named.has(row.plugin_id) || named.has(row.name));
  const secure = new Map<string, Set<string>>();
  for (const { plugin_id, name } of used) {
    const names = secure.get(plugin_id) ?? (await secureNamesOf(db, plugin_id));
    secure.set(plugin_id, names);
    secure.set(name, names);
  }
  const declared: IsSecret = ({ pluginId, pluginName }, property) =>
    secure.get(pluginId ?? pluginName)?.has(property) ?? false;
  const secrets = new Set([
    ...documents.flatMap(ownSecrets),
    ...documents.flatMap(listUses).flatMap((use) =>
      Object.keys(use.properties)
        .filter((property) => declared(use, property))
        .map((property) => textOf(use.properties[property])),
    ),
  ]);
  secrets.delete('');
  const long = [...secrets].filter(({ length }) => length >= tellingLength);
  return (use, property) => {
    if (declared(use, property)) return true;
    const value = textOf(use.properties[property]);
    return encrypted.test(value) || secrets.has(value) || long.some((secret) => value.includes(secret));
  };
}

/** A shorter secret, such as `1`, stands in many a text by chance. */
const tellingLength = 4;

/** How servers export an encrypted value, such as `crypt_v1{…}`. */
const encrypted = /crypt(_v\d+)?\{/i;

function ownSecrets(document: ProcessDocument): string[] {
  const secrets: string[] = [];
  for (const list of [document['propDefs'], document['properties']]) {
    for (const item of Array.isArray(list) ? list : []) {
      if (!isRecord(item) || (item['type'] !== 'SECURE' && item['secure'] !== true)) continue;
      const text = textOf(item['value']);
      if (text !== '') secrets.push(text);
    }
  }
  return secrets;
}

async function secureNamesOf(db: Kysely<Tables>, pluginId: string): Promise<Set<string>> {
  const names = new Set<string>();
  const rows = await db.selectFrom('plugin_version').select('definition').where('plugin_id', '=', pluginId).execute();
  for (const { definition } of rows) {
    if (!definition) continue;
    for (const { properties } of (JSON.parse(definition) as PluginDefinition).stepTypes) {
      for (const { name, type } of properties) if (type === 'secureBox') names.add(name);
    }
  }
  return names;
}
