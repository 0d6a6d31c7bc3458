import { channelTarget } from './channel-target.ts';
import { packageTarget } from './package-target.ts';
import { recipeTarget } from './recipe-target.ts';
import type { FuzzTarget } from './target.ts';
import { textTargets } from './text-targets.ts';
import { xmlTargets } from './xml-targets.ts';

/** Every parser that reads what others wrote. */
export const targets: readonly FuzzTarget[] = [
  ...xmlTargets,
  ...textTargets,
  channelTarget,
  packageTarget,
  recipeTarget,
];
