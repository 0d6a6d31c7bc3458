import type { LockstepError, Place } from '../../failure/index.ts';
import type { FilterRule } from './filter-rules.ts';
import type { SubstitutionScript } from './substitution.ts';

/** What a family's `build.py` or `family.json` says, before anything is built. */
export interface Recipe {
  readonly kind: 'build.py' | 'family.json';
  readonly targets: readonly RecipeTarget[];
}

/** One `@target`: what is to be done, in order, to build one plugin. */
export interface RecipeTarget {
  readonly id: string;
  readonly pluginId: string;
  /** Ends by making `var`, `var/cache`, `var/installed`, `var/templates` and `var/tftpboot`. */
  readonly stdDirs: boolean;
  readonly operations: readonly Operation[];
  readonly at: Place;
  /** Why this target alone cannot be built; its operations are then empty. */
  readonly failure: LockstepError | null;
}

/**
 * One thing that a recipe asks for. Sources are paths in the family's folder, destinations are paths in the built
 * plugin ('' is the plugin itself); both are '/'-separated, normalised and known not to leave. `at` is the line of the
 * recipe that asked.
 */
export type Operation =
  | {
      readonly kind: 'copy';
      readonly sources: readonly CopySource[];
      readonly to: string;
      /** The destination was written with a slash at its end, so it is a folder. */
      readonly toFolder: boolean;
      readonly filters: readonly FilterRule[];
      readonly recursive: boolean;
      readonly links: boolean;
      readonly at: Place;
    }
  | {
      readonly kind: 'file';
      readonly to: string;
      readonly append: boolean;
      readonly parts: readonly FilePart[];
      readonly at: Place;
    }
  | { readonly kind: 'folder'; readonly path: string; readonly at: Place }
  /** Within the built plugin. */
  | { readonly kind: 'move'; readonly from: string; readonly to: string; readonly at: Place }
  | { readonly kind: 'remove'; readonly path: string; readonly tree: boolean; readonly at: Place }
  | { readonly kind: 'link'; readonly target: string; readonly path: string; readonly at: Place }
  | { readonly kind: 'mode'; readonly path: string; readonly executable: boolean; readonly at: Place }
  | { readonly kind: 'command'; readonly command: ForeignCommand; readonly at: Place };

interface CopySource {
  readonly path: string;
  /** Written with a slash at its end: what is in the folder, not the folder. */
  readonly contents: boolean;
}

export type FilePart =
  | { readonly kind: 'text'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'substitute';
      readonly sources: readonly string[];
      readonly script: SubstitutionScript;
      readonly at: Place;
    }
  | { readonly kind: 'command'; readonly command: ForeignCommand; readonly at: Place };

/** A command that we do not do ourselves; only run with `--allow-commands`. Output paths start with `outputRoot`. */
export interface ForeignCommand {
  readonly argv: readonly string[];
  readonly shell: boolean;
  readonly outputRoot: string;
}

/** Folders that every plugin has unless its target says `std_dirs=False`. */
export const standardFolders = ['var', 'var/cache', 'var/installed', 'var/templates', 'var/tftpboot'] as const;
