import { deflateSync } from 'node:zlib';
import { indexedPicture, type Picture } from './indexed-picture.ts';
import { pngChunk } from './png-chunk.ts';

/**
 * A picture of a page as a PNG with a palette of its most frequent colours: a third of what a full one takes, and near
 * enough to be compared with a tolerance and looked at by people.
 */
export function palettePng(picture: Picture, most = 64): Buffer {
  const { palette, rows } = indexedPicture(picture, most);
  return pngFile(picture, palette, [pngChunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 }))]);
}

/** A whole file with eight bits a point and a palette. */
export function pngFile(size: Pick<Picture, 'width' | 'height'>, palette: Buffer, parts: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size.width, 0);
  head.writeUInt32BE(size.height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    pngChunk('IHDR', head),
    pngChunk('PLTE', palette),
    ...parts,
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}
