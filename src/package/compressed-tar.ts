import { type ArchiveFormat, beginsWith, type Compression, type ReadInput } from './archive-format.ts';
import { expansionCap } from './limits.ts';
import { notReadable, refuseBomb } from './package-faults.ts';
import { readTar } from './read-tar.ts';
import { isTooBig, tooBig } from './too-big.ts';
import { writeTar } from './write-tar.ts';

/** A tar behind a compression. It needs the tree's root to be written. */
export function compressedTar(compression: Compression): ArchiveFormat {
  const { endings, begins, compress } = compression;
  return {
    endings,
    recognises: (bytes) => beginsWith(bytes, begins),
    read: async (bytes, input) => readTar(await expand(compression, bytes, input), input),
    ...(compress && {
      async write(tree) {
        const tar = writeTar(tree);
        const packed = await compress(tar);
        refuseBomb(tree.root ?? 'The plugin', packed.length, tar.length);
        return packed;
      },
    }),
  };
}

/** The content of a compressed file; stops early, with `package-not-safe`, where it would grow beyond the limits. */
async function expand(compression: Compression, packed: Uint8Array, { name, limits }: ReadInput): Promise<Uint8Array> {
  const cap = expansionCap(packed.length, limits);
  try {
    return await compression.expand(packed, cap, name);
  } catch (error) {
    if (isTooBig(error)) throw tooBig(name, packed.length, cap);
    if (error instanceof Error && error.name === 'LockstepError') throw error;
    throw notReadable(name, `its ${compression.name} data is damaged or cut off`, error);
  }
}
