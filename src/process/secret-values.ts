import type { ProcessDocument } from './document.ts';
import { isRecord, textOf } from './document-text.ts';
import { listUses } from './list-uses.ts';
import type { Use } from './use.ts';

/** Tells whether the value of a property of a use is never shown. */
export type IsSecret = (use: Omit<Use, 'path'>, property: string) => boolean;

/**
 * What is never shown of these documents: what is declared secure or encrypted, and what is or holds a secret that stands
 * elsewhere in them. Secrecy follows the value, under whatever name [PROP-7].
 */
export function secretsAmong(documents: readonly ProcessDocument[], declared: IsSecret): IsSecret {
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
