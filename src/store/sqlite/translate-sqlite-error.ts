import { LockstepError } from '../../failure/index.ts';

/** SQLite's own failures in our words; everything else passes as it is. */
export function translateSqliteError(thrown: unknown, file: string): unknown {
  const number = (thrown as { errcode?: unknown } | null)?.errcode;
  if (typeof number !== 'number' || thrown instanceof LockstepError) return thrown;
  const where = file === ':memory:' ? 'The database in memory' : `The database ${file}`;
  // the low byte is the primary code
  switch (number & 0xff) {
    case 13:
      return new LockstepError('disk-full', `${where} cannot grow: no space is left.`, {
        hint: 'Free some space and repeat the command; what was finished before stays.',
        cause: thrown,
      });
    case 5:
    case 6:
      return new LockstepError('data-busy', `${where} is being written by another process.`, {
        hint: 'Wait until it has finished, then repeat the command.',
        cause: thrown,
      });
    case 11:
    case 26:
      return new LockstepError('data-not-readable', `${where} is damaged or is not a Lockstep database.`, {
        hint: 'Restore it from a backup, or name another data folder.',
        cause: thrown,
      });
    case 10:
    case 14:
      return new LockstepError('data-not-readable', `${where} cannot be read: ${(thrown as Error).message}.`, {
        hint: 'See whether the folder exists and may be read and written by this user.',
        cause: thrown,
      });
    case 8:
    case 3:
      return new LockstepError('data-not-readable', `${where} may not be written by this user.`, {
        hint: 'Change the permissions of the data folder, or name another one.',
        cause: thrown,
      });
    default:
      return thrown;
  }
}
