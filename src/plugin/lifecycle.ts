import type { Place } from '../failure/index.ts';
import type { MigrateCommand } from './upgrade-file.ts';

/** Something that is still there and is to be used no more. */
export interface Deprecation {
  /** ISO date from which on it counts. */
  readonly since: string;
  /** The author's sentence. */
  readonly text: string;
  /** What replaces it: a plugin's id, a step type or a property; null where nothing does. */
  readonly use: string | null;
  readonly at: Place;
}

/** The plugin under another id that takes a plugin's place. */
export interface Succession {
  readonly id: string;
  /** The successor's version that uses arrive at; null: the one that is upgraded to. */
  readonly version: number | null;
  /** What becomes of which step type; empty: steps of one name are the same. */
  readonly commands: readonly MigrateCommand[];
  readonly at: Place;
}

/** What a `lifecycle.xml` says: who comes after this plugin, and what of it is to be used no more. */
export interface Lifecycle {
  readonly successor: Succession | null;
  readonly deprecated: Deprecation | null;
  readonly steps: readonly DeprecatedPart[];
  readonly at: Place;
}

interface DeprecatedPart {
  readonly name: string;
  readonly deprecated: Deprecation | null;
  readonly properties: readonly Omit<DeprecatedPart, 'properties'>[];
  readonly at: Place;
}
