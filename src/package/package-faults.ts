import { LockstepError } from '../failure/index.ts';

/** The archive cannot be read at all: cut off, damaged, encrypted, of an unknown format. */
export function notReadable(name: string, why: string, cause?: unknown): LockstepError {
  return new LockstepError('package-not-readable', `${name} cannot be read: ${why}`, {
    hint: 'Build or download the package again.',
    cause,
  });
}

/** The archive can be read, but unpacking it would do harm. */
export function notSafe(name: string, why: string, entry?: string): LockstepError {
  return new LockstepError('package-not-safe', `${name} is not safe to unpack: ${why}`, {
    hint: 'Do not use this package; ask its author for a clean one.',
    ...(entry === undefined ? {} : { data: { entry } }),
  });
}
