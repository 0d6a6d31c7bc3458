import { LockstepError } from '../failure/index.ts';

/** Foreign errors that reached the border, in our words; everything unknown is `internal`. */
export function translateError(thrown: unknown): LockstepError {
  if (thrown instanceof LockstepError) return thrown;
  const { code, path, message } = (thrown ?? {}) as { code?: string; path?: string; message?: string };
  const file = path ?? 'a file';
  switch (code) {
    case 'ENOENT':
      return new LockstepError('file-not-found', `${file} does not exist.`, { hint: 'Check the path.', cause: thrown });
    case 'EACCES':
    case 'EPERM':
    case 'EISDIR':
    case 'ENOTDIR':
      return new LockstepError('file-unreadable', `${file} cannot be used (${code}).`, {
        hint: 'Check what it is and who may read it.',
        cause: thrown,
      });
    case 'ENOSPC':
    case 'EDQUOT':
      return new LockstepError('disk-full', `There is no room left for ${file}.`, {
        hint: 'Free some space and run the command again; what was finished before stays.',
        cause: thrown,
      });
    default:
      return new LockstepError('internal', message ?? String(thrown), {
        hint: 'This is a fault of Lockstep. Run it again with LOCKSTEP_DEBUG=1 and report what it prints.',
        cause: thrown,
      });
  }
}
