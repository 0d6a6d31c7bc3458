import type { Place } from '../failure/index.ts';

/** What one `upgrade.xml` declares. Blocks are kept in document order; [CHAIN-2] makes order irrelevant. */
export interface UpgradeFile {
  readonly blocks: readonly MigrateBlock[];
  readonly at: Place;
}

/** One `<migrate to-version>`: the hop to `toVersion`. */
export interface MigrateBlock {
  readonly toVersion: number;
  readonly commands: readonly MigrateCommand[];
  readonly at: Place;
}

export interface MigrateCommand {
  readonly name: string;
  /** The step type's former name [STEP-2], or null [STEP-1]. */
  readonly old: string | null;
  readonly properties: readonly MigrateProperty[];
  /** `<remove-property name>`: documented once, accepted. */
  readonly removed: readonly { readonly name: string; readonly at: Place }[];
  readonly at: Place;
  /** Of the attributes; equal to `at` where absent. */
  readonly nameAt?: Place;
  readonly oldAt?: Place;
}

export interface MigrateProperty {
  readonly name: string;
  readonly old: string | null;
  /** null when the attribute is absent; an empty string is a default [PROP-2]. */
  readonly default: string | null;
  readonly at: Place;
  /** Of the attributes; equal to `at` where absent. */
  readonly nameAt?: Place;
  readonly oldAt?: Place;
  readonly defaultAt?: Place;
}
