import { posix } from 'node:path';
import type { Place } from '../../failure/index.ts';
import { leaves } from './recipe-error.ts';

/**
 * The path in the built plugin ('' for itself) that a recipe means by an absolute path, given the folder that it was
 * told to build into. Throws `recipe-refused` for whatever is not below it.
 */
export function outputPath(text: string, output: string, at: Place): string {
  const path = posix.normalize(text).replace(/\/+$/, '');
  if (path === output) return '';
  if (path.startsWith(`${output}/`) && !text.includes('\0')) return path.slice(output.length + 1);
  throw leaves(
    at,
    `"${text.replace(output, '<output>')}" is outside the target's output folder.`,
    'Write below the path that the target is given.',
  );
}

/** True if the text, as a path, is in the output folder or means to be. */
export function isOutputPath(text: string, output: string): boolean {
  return text === output || text.startsWith(`${output}/`);
}

/** A source as a path in the family's folder ('' for itself). Throws `recipe-refused` if it leaves it. */
export function sourcePath(text: string, at: Place): string {
  const path = posix.normalize(text).replace(/\/+$/, '');
  const outside =
    path === '..' || path.startsWith('../') || posix.isAbsolute(path) || text.includes('\0') || text === '';
  if (outside)
    throw leaves(at, `"${text}" is outside the family's folder.`, 'Copy only from the folder of the family.');
  return path === '.' ? '' : path;
}

/** The same for a path that is written relative to the built plugin, as in a family.json. */
export function recipePathOf(text: string, at: Place): string {
  const path = posix.normalize(text).replace(/\/+$/, '');
  const outside = path === '..' || path.startsWith('../') || posix.isAbsolute(path) || text.includes('\0');
  if (outside) throw leaves(at, `"${text}" is outside the target's output folder.`, 'Write below the built plugin.');
  return path === '.' ? '' : path;
}
