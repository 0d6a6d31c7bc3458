import { ZipFile } from 'yazl';
import { notSafeToPack } from './package-faults.ts';
import { normalMode, type PackageTree } from './tree.ts';

/**
 * A zip of a tree, without its root: `plugin.xml` stands at the top. Sorted, fixed modes and one fixed time that is the
 * same in every time zone, since a zip stores local time.
 */
export async function writeZip(tree: PackageTree): Promise<Buffer> {
  const zip = new ZipFile();
  // local components, because DOS time is local: 1 January 2000, noon, wherever this runs
  const mtime = new Date(2000, 0, 1, 12, 0, 0);
  for (const entry of tree.entries) {
    if (entry.path.includes('\\')) {
      throw notSafeToPack(tree.root ?? 'The plugin', `"${entry.path}" has a backslash, which no zip holds`, entry.path);
    }
    const options = { mtime, forceDosTimestamp: true };
    if (entry.kind === 'directory') zip.addEmptyDirectory(entry.path, { ...options, mode: 0o40755 });
    else if (entry.kind === 'link')
      zip.addBuffer(Buffer.from(entry.target), entry.path, { ...options, mode: 0o120777, compress: false });
    else {
      const compress = entry.bytes.length > 0;
      zip.addBuffer(Buffer.from(entry.bytes), entry.path, { ...options, mode: 0o100000 | normalMode(entry), compress });
    }
  }
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
