import type { ProcessDocument } from './document.ts';
import { isRecord, textOf } from './document-text.ts';
import { listUses } from './list-uses.ts';
import type { Use } from './use.ts';

/** Tells whether the value of a property of a use is never shown. */
export type IsSecret = (use: Omit<Use, 'path'>, property: string) => boolean;

/** What is never shown of documents. */
export interface Secrets {
  /** Of the properties of their uses. */
  readonly ofUse: IsSecret;
  /** Wherever a value stands: whether it is a secret or holds one. */
  holds(value: unknown): boolean;
}

/**
 * A property of a process, a component or an application that carries its secret with it: of the type SECURE, or marked
 * secure, in whatever spelling: rather one value hidden too many than one shown.
 */
export function isSecretMember(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const said = (key: string): string => textOf(value[key]).toLowerCase();
  return said('type') === 'secure' || !['', 'false', 'no', '0'].includes(said('secure'));
}

/**
 * What is never shown of these documents: what is declared secure or encrypted, and what is or holds a secret that stands
 * elsewhere in them. Secrecy follows the value, under whatever name [PROP-7].
 */
export function secretsAmong(documents: readonly ProcessDocument[], declared: IsSecret): Secrets {
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
  const holds = (value: unknown): boolean => {
    const text = textOf(value);
    return encrypted.test(text) || secrets.has(text) || long.some((secret) => text.includes(secret));
  };
  return { ofUse: (use, property) => declared(use, property) || holds(use.properties[property]), holds };
}

/** A shorter secret, such as `1`, stands in many a text by chance. */
const tellingLength = 4;

/** How servers export an encrypted value, such as `crypt_v1{…}`. */
const encrypted = /crypt(_v\d+)?\{/i;

function ownSecrets(document: ProcessDocument): string[] {
  const secrets: string[] = [];
  for (const list of [document['propDefs'], document['properties']]) {
    for (const item of Array.isArray(list) ? list : []) {
      if (!isSecretMember(item)) continue;
      const text = textOf(item['value']);
      if (text !== '') secrets.push(text);
    }
  }
  return secrets;
}
