import { LockstepError } from '../../failure/index.ts';
import type { FamilyTree, LoadedFamily } from '../family-tree.ts';
import type { RecipeTarget } from './recipe.ts';

/** Says whether a target is meant. */
export type Selection = (family: string, target: RecipeTarget) => boolean;

/**
 * Reads words such as `xivo-cisco-spa` or `xivo-cisco-spa:7.5.4` (a target's id or its plugin id); none means all.
 * Throws `family-not-found` and `target-not-found`.
 */
export function selectTargets(tree: FamilyTree, words: readonly string[]): Selection {
  if (words.length === 0) return (family) => tree.only === null || family === tree.only;
  const wanted = words.map((word) => readWord(tree, word));
  return (family, target) =>
    wanted.some((one) => one.family === family && (one.target === null || one.target === target.id));
}

function readWord(tree: FamilyTree, word: string): { family: string; target: string | null } {
  const [name = '', id] = splitOnce(word.replace(/\/$/, ''));
  const family = tree.families.find((one) => one.name === name);
  if (!family) return readPluginId(tree, word, name);
  if (id === undefined) return { family: name, target: null };
  const target = targetsOf(family).find((one) => one.id === id || one.pluginId === id);
  if (target) return { family: name, target: target.id };
  throw new LockstepError('target-not-found', `${name} has no target "${id}".`, {
    hint: `It has ${
      targetsOf(family)
        .map((one) => one.id)
        .join(', ') || 'none'
    }.`,
  });
}

function readPluginId(tree: FamilyTree, word: string, name: string): { family: string; target: string } {
  for (const family of tree.families) {
    const target = targetsOf(family).find(({ pluginId }) => pluginId === word);
    if (target) return { family: family.name, target: target.id };
  }
  throw new LockstepError('family-not-found', `There is no family "${name}" in ${tree.folder}.`, {
    hint: `There is ${tree.families.map((family) => family.name).join(', ')}.`,
  });
}

/** Targets of a family whose recipe could be read; none otherwise. */
export function targetsOf(family: LoadedFamily): readonly RecipeTarget[] {
  return family.content?.targets ?? [];
}

function splitOnce(word: string): [string, string?] {
  const colon = word.indexOf(':');
  return colon < 0 ? [word] : [word.slice(0, colon), word.slice(colon + 1)];
}
