import { deflateSync } from 'node:zlib';
import { indexedBy } from './indexed-by.ts';
import { type Picture, paletteOf } from './palette-of.ts';
import { pngChunk } from './png-chunk.ts';

/**
 * A picture of a page as a PNG with a palette of its most frequent colours: a third of what a full one takes, and near
 * enough to be compared with a tolerance and looked at by people.
 */
export function palettePng(picture: Picture, most = 96): Buffer {
  const palette = paletteOf([picture], most);
  const content = packed(indexedBy(palette)(picture), picture.width);
  return pngFile(picture, palette, [pngChunk('IDAT', content)]);
}

/** Rows of points as PNG wants them: each behind a zero. */
export function packed(points: Buffer, width: number): Buffer {
  const height = points.length / width;
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) points.copy(rows, y * (width + 1) + 1, y * width, (y + 1) * width);
  return deflateSync(rows, { level: 9, memLevel: 9 });
}

/** A whole file with eight bits a point and a palette. */
export function pngFile(
  size: Pick<Picture, 'width' | 'height'>,
  palette: readonly number[],
  parts: readonly Buffer[],
): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size.width, 0);
  head.writeUInt32BE(size.height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    pngChunk('IHDR', head),
    pngChunk('PLTE', colours),
    ...parts,
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}
