import { LockstepError, type Place } from '../../failure/index.ts';

/** The recipe says something that cannot be meant: a syntax error, a wrong value, an operation that fails. */
export function notValid(where: Place, message: string, hint = 'Correct the recipe.'): LockstepError {
  return new LockstepError('recipe-not-valid', message, { where, hint });
}

/** The recipe wants what no recipe may: to leave its folders, to run programs, to go on for ever. */
export function refused(
  where: Place,
  message: string,
  hint = 'Copy with rsync, substitute with sed, or write the file from the recipe.',
): LockstepError {
  return new LockstepError('recipe-refused', message, { where, hint });
}

/** A path that leaves its folder: refused whatever else is allowed (`data.leaves`). */
export function leaves(where: Place, message: string, hint: string): LockstepError {
  return new LockstepError('recipe-refused', message, { where, hint, data: { leaves: true } });
}
