import { LockstepError } from '../../failure/index.ts';

/** A file system error about a source file, in our words. */
export function unreadable(path: string, cause: unknown): LockstepError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new LockstepError('file-not-found', `${path} does not exist.`, { cause, hint: 'Check the path.' });
  }
  return new LockstepError('file-unreadable', `${path} cannot be read: ${message}.`, {
    cause,
    hint: 'Check what it is and who may read it.',
  });
}
