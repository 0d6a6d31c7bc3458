import type { ArchiveFormat } from './archive-format.ts';
import { bzip2 } from './bzip2-format.ts';
import { compressedTar } from './compressed-tar.ts';
import { gzip } from './gzip.ts';
import { readTar } from './read-tar.ts';
import { xz } from './xz.ts';
import { zip } from './zip.ts';
import { zstd } from './zstd.ts';

const plainTar: ArchiveFormat = {
  endings: ['.tar'],
  recognises: (bytes) => Buffer.from(bytes.subarray(257, 262)).toString('latin1') === 'ustar',
  read: async (bytes, input) => readTar(bytes, input),
};

/** Every archive that a package may be. A new one is a file beside these and its name here. */
export const archiveFormats = {
  'tar.bz2': compressedTar(bzip2),
  'tar.gz': compressedTar(gzip),
  'tar.xz': compressedTar(xz),
  'tar.zst': compressedTar(zstd),
  zip,
  tar: plainTar,
} as const satisfies Readonly<Record<string, ArchiveFormat>>;

export type PackageFormat = keyof typeof archiveFormats;

const known = Object.entries(archiveFormats) as [PackageFormat, ArchiveFormat][];

/** What the first bytes say an archive is; null when they say nothing. */
export function formatOf(bytes: Uint8Array): PackageFormat | null {
  return known.find(([, format]) => format.recognises(bytes))?.[0] ?? null;
}

/** The ending by which a file's name says that it is a package; null where it says nothing of the kind. */
export function packageEnding(fileName: string): string | null {
  return known.flatMap(([, { endings }]) => endings).find((ending) => fileName.endsWith(ending)) ?? null;
}
