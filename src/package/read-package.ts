import { archiveFormats, formatOf } from './archive-formats.ts';
import { type ReadLimits, standardLimits } from './limits.ts';
import { notReadable } from './package-faults.ts';
import type { PackageTree } from './tree.ts';

/**
 * Reads a package into memory, safely: nothing in the tree lies outside it, no name stands twice, no link leaves, and
 * reading stops where the archive grows beyond `limits`. The format is told by the first bytes, never by the name.
 * Throws `package-not-readable` and `package-not-safe`; both name the entry.
 */
export async function readPackage(
  bytes: Uint8Array,
  options: { readonly name: string; readonly limits?: Partial<ReadLimits> },
): Promise<PackageTree> {
  const { name } = options;
  const format = formatOf(bytes);
  if (format === null)
    throw notReadable(name, bytes.length === 0 ? 'it is empty' : 'it is no archive that Lockstep knows');
  return archiveFormats[format].read(bytes, { name, limits: { ...standardLimits, ...options.limits } });
}
