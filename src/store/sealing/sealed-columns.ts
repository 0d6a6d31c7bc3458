import type { Tables } from '../tables.ts';

/**
 * What may hold a secret, whole: nobody has to know which value of a document is one, nor of which plugin. The key
 * stands outside the database (`Vault`).
 */
export const sealedColumns: Partial<Readonly<Record<keyof Tables & string, readonly string[]>>> = {
  plugin_version: ['definition', 'upgrade_file'],
  process_version: ['document'],
  import_shape: ['shape', 'text'],
  plan: ['header', 'answers'],
  plan_detail: ['detail'],
  plan_work: ['work'],
  setting: ['value'],
};

/** Settings that are read before the key is known tell nothing that must be sealed. */
export function isSealedSetting(key: unknown): boolean {
  return typeof key === 'string' && !key.startsWith('servers.');
}

/** Under these names results are opened: the columns, and what queries call them otherwise. */
export const openedNames: readonly string[] = [
  ...new Set(Object.values(sealedColumns).flat()),
  ...['before', 'applied', 'current'],
];

/** Before values were sealed no text of these columns began so: they were JSON, or nothing. */
export const sealMark = 'sealed:';
