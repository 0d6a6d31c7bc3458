import type { Place } from '../../failure/index.ts';

/** A plugin whose telephones are tried: its files by path, texts where they are needed. */
export interface PhonePlugin {
  readonly id: string;
  /** The family that builds it; its own id where nobody knows. */
  readonly family: string;
  /** The target's id, such as `7.5.5`; null where nobody knows. */
  readonly target: string | null;
  readonly version: string;
  /** plugin-info as it stands. */
  readonly info: Readonly<Record<string, unknown>>;
  /** Text of templates, code, lists and what else is small; null for a file of which only the name counts. */
  readonly files: ReadonlyMap<string, string | null>;
  /** Where a line of a file is edited: in the family's own file, as a user would name it. */
  readonly placeOf: (path: string, line?: number) => Place;
}

/** Whether a file's text can make a difference to what a phone receives, as far as a plugin reads it. */
export function isRead(path: string): boolean {
  return /\.(tpl|py|json|xml|txt|cfg|ini|csv|db)$/.test(path) || path === 'plugin-info';
}
