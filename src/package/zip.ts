import { type ArchiveFormat, beginsWith } from './archive-format.ts';
import { refuseBomb } from './package-faults.ts';
import type { PackageTree } from './tree.ts';

/** Leaves the tree's root out. */
export const zip: ArchiveFormat = {
  endings: ['.zip'],
  recognises: (bytes) => beginsWith(bytes, '504b0304') || beginsWith(bytes, '504b0506'),
  read: async (bytes, input) => (await import('./read-zip.ts')).readZip(bytes, input),
  async write(tree) {
    const packed = await (await import('./write-zip.ts')).writeZip(tree);
    refuseBomb(tree.root ?? 'The plugin', packed.length, sum(tree));
    return packed;
  },
};

function sum(tree: PackageTree): number {
  return tree.entries.reduce((size, { bytes }) => size + (bytes?.length ?? 0), 0);
}
