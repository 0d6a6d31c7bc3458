import { promisify } from 'node:util';
import { constants, gzip, zstdCompress } from 'node:zlib';
import { runBzip2 } from './bzip2.ts';
import { packedBytes } from './pack-tar-bzip2.ts';
import type { PackageTree } from './tree.ts';
import { writeTar } from './write-tar.ts';

export type WritableFormat = 'tar.bz2' | 'tar.zst' | 'tar.gz' | 'zip';

const gzipAll = promisify(gzip);
const zstdAll = promisify(zstdCompress);

/**
 * Packs a tree reproducibly: the same tree gives the same bytes in every folder, for every user and in every time zone.
 * The tar formats need `tree.root`; a zip leaves the root out. bzip2 runs off the calling thread.
 */
export async function writePackage(tree: PackageTree, format: WritableFormat): Promise<Uint8Array> {
  if (format === 'zip') return (await import('./write-zip.ts')).writeZip(tree);
  const tar = writeTar(tree);
  if (format === 'tar.gz') return withoutHost(await gzipAll(tar, { level: 9 }));
  if (format === 'tar.zst') {
    const params = { [constants.ZSTD_c_compressionLevel]: 19, [constants.ZSTD_c_checksumFlag]: 1 };
    return zstdAll(tar, { params, pledgedSrcSize: tar.length } as never);
  }
  return packedBytes(await runBzip2({ verb: 'compress', input: tar }), tar.length);
}

/** Byte 9 of a gzip names the operating system that packed it: 255, unknown. */
function withoutHost(packed: Buffer): Buffer {
  packed[9] = 255;
  return packed;
}
