import { LockstepError } from '../failure/index.ts';
import { expansionCap, standardLimits } from './limits.ts';

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

/** A folder holds what no package may; its owner reads this. */
export function notSafeToPack(folder: string, why: string, entry: string): LockstepError {
  return new LockstepError('package-not-safe', `${folder} cannot be packed: ${why}`, {
    hint: 'Change or remove it in the folder and run the command again.',
    data: { entry },
  });
}

/** Throws where a package would be refused as an archive bomb by whoever reads it. */
export function refuseBomb(root: string, packed: number, size: number): void {
  if (size <= expansionCap(packed, standardLimits)) return;
  throw new LockstepError(
    'package-not-safe',
    `${root} cannot be packed: ${packed} bytes would grow to ${size}, and no server unpacks that.`,
    { hint: 'Leave out files that are long and all alike, such as padding.' },
  );
}
