import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { LockstepError } from '../failure/index.ts';
import { unreadable } from './build/unreadable.ts';

/** A folder with a recipe. */
export interface FoundFamily {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** As messages name it: below the folder that the user gave. */
  readonly shown: string;
  readonly recipe: 'build.py' | 'family.json';
}

export interface FoundTree {
  /** The folder that holds the families; builds and their memory lie in its `_build`. */
  readonly folder: string;
  readonly families: readonly FoundFamily[];
  /** The user named one family's own folder: only this one is meant. */
  readonly only: string | null;
}

/**
 * The families directly below a folder: every sub-folder with a `family.json` or, without one, a `build.py`; names that
 * start with `.` or `_` are not looked at. A family's own folder may be given as well. Throws `family-not-found`.
 */
export function findFamilies(dir: string, shownAs: string = dir): FoundTree {
  const folder = resolve(dir);
  if (recipeIn(folder)) {
    return { ...familiesIn(dirname(folder), dirname(shownAs)), only: basename(folder) };
  }
  const tree = familiesIn(folder, shownAs);
  if (tree.families.length === 0) {
    throw new LockstepError('family-not-found', `There is no family in ${shownAs}.`, {
      hint: 'Give the folder whose sub-folders hold a build.py or family.json (default ./plugins).',
    });
  }
  return { ...tree, only: null };
}

function familiesIn(folder: string, shown: string): { folder: string; families: FoundFamily[] } {
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch (cause) {
    throw unreadable(shown, cause);
  }
  const families = names.flatMap((name): FoundFamily[] => {
    const recipe = /^[._]/.test(name) ? null : recipeIn(join(folder, name));
    return recipe ? [{ name, folder: join(folder, name), shown: join(shown, name), recipe }] : [];
  });
  return { folder, families };
}

function recipeIn(folder: string): FoundFamily['recipe'] | null {
  if (isFile(join(folder, 'family.json'))) return 'family.json';
  return isFile(join(folder, 'build.py')) ? 'build.py' : null;
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
