import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import type { Compression } from './archive-format.ts';

const expandAll = promisify(zstdDecompress);
const compressAll = promisify(zstdCompress);

export const zstd: Compression = {
  name: 'zstd',
  endings: ['.tar.zst'],
  begins: '28b52ffd',
  expand: (packed, cap) => expandAll(packed, { maxOutputLength: cap }),
  compress: (tar) => {
    const params = { [constants.ZSTD_c_compressionLevel]: 19, [constants.ZSTD_c_checksumFlag]: 1 };
    return compressAll(tar, { params, pledgedSrcSize: tar.length } as never);
  },
};
