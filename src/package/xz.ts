import type { Compression } from './archive-format.ts';
import { TooBig } from './too-big.ts';

export const xz: Compression = {
  name: 'xz',
  endings: ['.tar.xz', '.txz'],
  begins: 'fd377a585a00',
  async expand(packed, cap) {
    const { default: library } = await import('xz-decompress');
    const pieces: Uint8Array[] = [];
    let total = 0;
    // the library recycles its output buffer, so each piece is copied
    for await (const piece of new library.XzReadableStream(new Blob([packed as Uint8Array<ArrayBuffer>]).stream())) {
      total += piece.length;
      if (total > cap) throw new TooBig();
      pieces.push(piece.slice());
    }
    return Buffer.concat(pieces);
  },
};
