import { type Compression, expand } from './expand.ts';
import { type ReadLimits, standardLimits } from './limits.ts';
import { notReadable } from './package-faults.ts';
import { readTar } from './read-tar.ts';
import type { PackageTree } from './tree.ts';

export type PackageFormat = 'tar.bz2' | 'tar.gz' | 'tar.xz' | 'tar.zst' | 'tar' | 'zip';

/**
 * Reads a package into memory, safely: nothing in the tree lies outside it, no name stands twice, no link leaves, and
 * reading stops where the archive grows beyond `limits`. The format is told by the first bytes, never by the name.
 * Throws `package-not-readable` and `package-not-safe`; both name the entry.
 */
export async function readPackage(
  bytes: Uint8Array,
  options: { readonly name: string; readonly limits?: Partial<ReadLimits> },
): Promise<PackageTree> {
  const limits = { ...standardLimits, ...options.limits };
  const { name } = options;
  const format = formatOf(bytes);
  if (format === null)
    throw notReadable(name, bytes.length === 0 ? 'it is empty' : 'it is no archive that Lockstep knows');
  if (format === 'zip') return (await import('./read-zip.ts')).readZip(bytes, { name, limits });
  const compression = compressionOf[format];
  const tar = compression ? await expand(compression, bytes, { name, limits }) : bytes;
  return readTar(tar, { name, limits });
}

const compressionOf: Record<Exclude<PackageFormat, 'zip'>, Compression | null> = {
  'tar.bz2': 'bzip2',
  'tar.gz': 'gzip',
  'tar.xz': 'xz',
  'tar.zst': 'zstd',
  tar: null,
};

/** What the first bytes say an archive is; null when they say nothing. */
export function formatOf(bytes: Uint8Array): PackageFormat | null {
  const start = Buffer.from(bytes.subarray(0, 6)).toString('hex');
  if (start.startsWith('425a68')) return 'tar.bz2';
  if (start.startsWith('1f8b')) return 'tar.gz';
  if (start.startsWith('fd377a585a00')) return 'tar.xz';
  if (start.startsWith('28b52ffd')) return 'tar.zst';
  if (start.startsWith('504b0304') || start.startsWith('504b0506')) return 'zip';
  if (Buffer.from(bytes.subarray(257, 262)).toString('latin1') === 'ustar') return 'tar';
  return null;
}
