import { LockstepError } from '../failure/index.ts';
import type { ArchiveFormat } from './archive-format.ts';
import { archiveFormats, type PackageFormat } from './archive-formats.ts';
import type { PackageTree } from './tree.ts';

/**
 * Packs a tree reproducibly: the same tree gives the same bytes in every folder, for every user and in every time zone.
 * The tar formats need `tree.root`; a zip leaves the root out.
 */
export async function writePackage(tree: PackageTree, format: PackageFormat): Promise<Uint8Array> {
  const { write }: ArchiveFormat = archiveFormats[format];
  if (!write) throw new LockstepError('usage', `Packages are read as .${format}, not written.`);
  return write(tree);
}
