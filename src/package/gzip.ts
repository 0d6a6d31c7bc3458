import { promisify } from 'node:util';
import { gzip as compressGzip, gunzip } from 'node:zlib';
import type { Compression } from './archive-format.ts';

const gunzipAll = promisify(gunzip);
const gzipAll = promisify(compressGzip);

export const gzip: Compression = {
  name: 'gzip',
  endings: ['.tar.gz', '.tgz'],
  begins: '1f8b',
  expand: (packed, cap) => gunzipAll(packed, { maxOutputLength: cap }),
  compress: async (tar) => withoutHost(await gzipAll(tar, { level: 9 })),
};

/** Byte 9 of a gzip names the operating system that packed it: 255, unknown. */
function withoutHost(packed: Buffer): Buffer {
  packed[9] = 255;
  return packed;
}
