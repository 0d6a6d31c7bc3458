import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { compressBzip2 } from '../../src/package/bzip2-codec.ts';
import { normalMode, type PackageTree, readPackage, writePackage } from '../../src/package/index.ts';
import { type FuzzTarget, law } from './target.ts';

const formats = ['tar.bz2', 'tar.gz', 'tar.zst', 'zip'] as const;
const limits = { maxEntries: 2_000, maxBytes: 32 * 1024 * 1024 };

/** Archives in every format: the packed bytes damaged, or the tar inside damaged, mended and packed again. */
export const packageTarget: FuzzTarget = {
  name: 'package',
  words: [
    'ustar\0',
    '../../evil',
    '/etc/passwd',
    'PK\u0001\u0002',
    'PK\u0005\u0006',
    '30 path=a\n',
    'door-3.1/',
    'BZh91AY&SY',
  ],
  shape: packAgain,
  async check(input) {
    const tree = await readPackage(input, { name: 'fuzzed', limits });
    const bytes = tree.entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.bytes.length : 0), 0);
    law(bytes <= limits.maxBytes, `${bytes} bytes were unpacked`);
    law(tree.entries.length <= limits.maxEntries, `${tree.entries.length} entries were unpacked`);
    for (const { path } of tree.entries) {
      const safe = !path.startsWith('/') && !path.split('/').some((piece) => piece === '..' || piece === '');
      law(safe, `${JSON.stringify(path)} stays inside`);
    }
    const format = formats[input.length % formats.length]!;
    if (format === 'zip' && (tree.root !== null || tree.entries.length === 0)) return;
    const again = await readPackage(await writePackage(tree, format), { name: `again.${format}`, limits });
    law(isDeepStrictEqual(plain(again), plain(tree)), `what was read is written as ${format} and read again`);
  },
};

/** Everything but the modes, of which writing keeps only who may execute. */
function plain({ root, entries }: PackageTree): unknown {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  return {
    root,
    entries: entries.map((entry) => ({
      path: entry.path,
      kind: entry.kind,
      mode: normalMode(entry),
      target: entry.kind === 'link' ? entry.target : null,
      bytes: entry.kind === 'file' ? text(entry.bytes) : null,
    })),
  };
}

/** A plain tar gets true checksums again, and one of the packings; which one is told by its own bytes. */
function packAgain(input: Uint8Array): Uint8Array {
  if (Buffer.from(input.subarray(257, 262)).toString('latin1') !== 'ustar') return input;
  const tar = mendChecksums(Buffer.from(input));
  switch (createHash('sha1').update(input).digest()[0]! % 4) {
    case 0:
      return gzipSync(tar);
    case 1:
      return zstdCompressSync(tar);
    case 2: {
      const packed = compressBzip2(tar);
      return 'bytes' in packed ? packed.bytes : tar;
    }
    default:
      return tar;
  }
}

function mendChecksums(tar: Buffer): Buffer {
  for (let at = 0; at + 512 <= tar.length; at += 512) {
    if (tar.toString('latin1', at + 257, at + 262) !== 'ustar') continue;
    tar.write('        ', at + 148, 'latin1');
    const sum = tar.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
  }
  return tar;
}
