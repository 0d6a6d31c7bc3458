import { LockstepError } from '../failure/index.ts';
import { type Bzip2Outcome, compressBzip2 } from './bzip2-codec.ts';
import type { PackageTree } from './tree.ts';
import { writeTar } from './write-tar.ts';

/** A tree as `.tar.bz2`, the same bytes as `writePackage` gives, on this thread: for callers that bring threads of their own. */
export function packTarBzip2(tree: PackageTree): Uint8Array<ArrayBuffer> {
  const tar = writeTar(tree);
  return packedBytes(compressBzip2(tar), tar.length);
}

/** What came out, or the error that the codec itself cannot name. */
export function packedBytes(packed: Bzip2Outcome, size: number): Uint8Array<ArrayBuffer> {
  if ('bytes' in packed) return packed.bytes;
  throw new LockstepError('internal', `bzip2 could not compress ${size} bytes (${packed.fault}).`);
}
