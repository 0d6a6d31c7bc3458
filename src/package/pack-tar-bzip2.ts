import { LockstepError } from '../failure/index.ts';
import { type Bzip2Outcome, compressInPlace } from './bzip2-codec.ts';
import { refuseBomb } from './package-faults.ts';
import { planTar, type TarEntry } from './write-tar.ts';

export interface InPlacePacking<Result> {
  readonly root: string;
  /** Sorted, with every folder among them. */
  readonly entries: readonly TarEntry[];
  /** Called once every entry is read; what the entries were read into is still there. */
  readonly onRead: () => void;
  /** Makes the result of the package, which is gone afterwards. */
  readonly onPacked: (bytes: Uint8Array) => Result;
}

/**
 * Packs entries as `.tar.bz2`, the same bytes as `writePackage` gives, on this thread, for callers that bring threads of
 * their own. The tar is written where the compressor reads it, so that no byte is copied on the way.
 */
export function packTarBzip2<Result>({ root, entries, onRead, onPacked }: InPlacePacking<Result>): Result {
  const { size, write } = planTar(root, entries);
  const fill = (tar: Buffer): void => {
    write(tar);
    onRead();
  };
  const outcome = compressInPlace(size, fill, (bytes) => {
    refuseBomb(root, bytes.length, size);
    return onPacked(bytes);
  });
  if ('fault' in outcome) throw notCompressed(outcome.fault, size);
  return outcome.result;
}

/** What came out, or the error that the codec itself cannot name. */
export function packedBytes(packed: Bzip2Outcome, size: number): Uint8Array<ArrayBuffer> {
  if ('bytes' in packed) return packed.bytes;
  throw notCompressed(packed.fault, size);
}

function notCompressed(fault: string, size: number): LockstepError {
  return new LockstepError('internal', `bzip2 could not compress ${size} bytes (${fault}).`);
}
