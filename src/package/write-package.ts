import { promisify } from 'node:util';
import { constants, gzip, zstdCompress } from 'node:zlib';
import { runBzip2 } from './bzip2.ts';
import { packedBytes } from './pack-tar-bzip2.ts';
import { refuseBomb } from './package-faults.ts';
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
  if (format === 'zip') {
    const zip = await (await import('./write-zip.ts')).writeZip(tree);
    refuseBomb(tree.root ?? 'The plugin', zip.length, sum(tree));
    return zip;
  }
  const tar = writeTar(tree);
  const packed = await compress(tar, format);
  refuseBomb(tree.root ?? 'The plugin', packed.length, tar.length);
  return packed;
}

async function compress(tar: Buffer, format: Exclude<WritableFormat, 'zip'>): Promise<Uint8Array> {
  if (format === 'tar.gz') return withoutHost(await gzipAll(tar, { level: 9 }));
  if (format === 'tar.zst') {
    const params = { [constants.ZSTD_c_compressionLevel]: 19, [constants.ZSTD_c_checksumFlag]: 1 };
    return zstdAll(tar, { params, pledgedSrcSize: tar.length } as never);
  }
  return packedBytes(await runBzip2({ verb: 'compress', input: tar }), tar.length);
}

function sum(tree: PackageTree): number {
  return tree.entries.reduce((size, { bytes }) => size + (bytes?.length ?? 0), 0);
}

/** Byte 9 of a gzip names the operating system that packed it: 255, unknown. */
function withoutHost(packed: Buffer): Buffer {
  packed[9] = 255;
  return packed;
}
