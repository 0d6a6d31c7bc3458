import type { Problem } from '../failure/index.ts';
import type { MigrateBlock, MigrateCommand, PluginDefinition } from '../plugin/index.ts';
import type { GroupOf } from './change-group.ts';
import type { Line } from './line.ts';
import type { Spelling } from './name-form.ts';
import type { PlanOptions, UnlistedPolicy, UseChange } from './plan.ts';
import type { PropertyProgram } from './property/program.ts';

/**
 * An upgrade with its rules worked out once: `planProcess` and `applyToDocument` take it for every process. What becomes
 * of a use is worked out per version, step type and policy, and remembered.
 */
export interface CompiledUpgrade {
  readonly plugin: { readonly id: string; readonly name: string };
  /** Whose uses are planned: the plugin, or the one that it succeeds. */
  readonly usedPlugin: { readonly id: string; readonly name: string };
  /** Display names that uses may name a plugin by, by its id; of all plugins of a succession [SCOPE-2]. In form C [PROP-8]. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
  readonly to: number;
  readonly options: PlanOptions;
  /** Versions stand for places on it, in all that follows. */
  readonly line: Line;
  /** Place of each hop on which a use changes plugins → what that hop is called. */
  readonly handovers: ReadonlyMap<number, string>;
  readonly definitions: ReadonlyMap<number, PluginDefinition>;
  readonly blocks: ReadonlyMap<number, MigrateBlock>;
  /** To-versions of every hop up to the target, ascending: those with a block and those of known versions without. */
  readonly hops: readonly number[];
  /** About the package as a whole; they go into the plan. */
  readonly problems: readonly Problem[];
  /** Whether a property's values are never shown [PROP-7]. */
  readonly hides: (property: string) => boolean;
  /** A name as names are compared; `definitions` and `blocks` hold them so [PROP-8]. */
  readonly form: (name: string) => string;
  readonly spelling: Spelling;
  readonly groupOf: GroupOf;
  /** What becomes of a use; `policy` overrides the options for this one use. */
  readonly route: (version: number, stepType: string, policy?: UnlistedPolicy) => Route;
}

export interface Unlisted {
  /** The step type's name when it was not listed. */
  readonly stepType: string;
  /** The version whose block does not list it. */
  readonly hop: number;
  /** The new definition still has the step type: the author probably forgot to list it. */
  readonly stillThere: boolean;
  readonly reason: string;
}

/** What becomes of every use of one step type at one version. */
export interface Route {
  readonly from: { readonly version: number; readonly stepType: string };
  /** Where it comes to rest; equal to `from` for a use that is pinned where it stands; null when deleted or undecided. */
  readonly to: { readonly version: number; readonly stepType: string } | null;
  readonly outcome: UseChange['outcome'];
  readonly rule: string;
  readonly hops: readonly number[];
  /** Null when the use does not move. */
  readonly program: PropertyProgram | null;
  /** Why the use is not carried by the upgrade file, where it is not [STEP-4]. */
  readonly unlisted: Unlisted | null;
  /** The plugin's display name at the version of rest; null when unknown. */
  readonly pluginName: string | null;
  readonly warnings: readonly Problem[];
}

/** One hop that a use took. */
export interface Passage {
  readonly hop: number;
  /** Null for a hop without a block, or one that a policy carried the use over. */
  readonly command: MigrateCommand | null;
}
