import type { Problem } from '../../failure/index.ts';
import type { BuiltTree } from '../build/built-tree.ts';
import type { PluginFacts } from '../describe-plugin.ts';
import type { LoadedFamily } from '../family-tree.ts';
import type { RecipeTarget } from './recipe.ts';

/** A target with what it would build, still in memory. */
export interface ResolvedTarget {
  readonly family: LoadedFamily;
  readonly target: RecipeTarget;
  readonly tree: BuiltTree;
  /** Changes whenever the outcome could. */
  readonly inputs: string;
  readonly facts: PluginFacts;
}

/** A target, or a whole family (target null), that cannot be built, and why. */
export interface TargetFailure {
  readonly family: string;
  readonly target: string | null;
  readonly pluginId: string | null;
  readonly problem: Problem;
}
