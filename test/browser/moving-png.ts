import { PNG } from 'pngjs';
import { indexedBy } from './indexed-by.ts';
import { paletteOf } from './palette-of.ts';
import { packed, pngFile } from './palette-png.ts';
import { pngChunk } from './png-chunk.ts';

export interface Frame {
  /** A PNG, all of one size. */
  readonly picture: Buffer;
  readonly seconds: number;
}

/** Pictures one after the other, for ever: browsers show them as a moving PNG, others the first one. */
export function movingPng(frames: readonly Frame[], most = 128): Buffer {
  const { width, height } = PNG.sync.read(frames[0]!.picture);
  const still = frames.filter(({ seconds }) => seconds >= 1);
  const palette = paletteOf(
    (function* () {
      for (const { picture } of still) yield PNG.sync.read(picture);
    })(),
    most,
  );
  const index = indexedBy(palette);
  let before: Buffer | null = null;
  let sequence = 0;
  const numbered = (): Buffer => {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(sequence++, 0);
    return number;
  };
  const parts = frames.flatMap(({ picture, seconds }) => {
    const now = index(PNG.sync.read(picture));
    const part = before === null ? { x: 0, y: 0, width, height } : changedPart(before, now, width);
    const first = before === null;
    before = now;
    const control = Buffer.alloc(22);
    control.writeUInt32BE(part.width, 0);
    control.writeUInt32BE(part.height, 4);
    control.writeUInt32BE(part.x, 8);
    control.writeUInt32BE(part.y, 12);
    control.writeUInt16BE(Math.round(seconds * 100), 16);
    control.writeUInt16BE(100, 18);
    const frame = pngChunk('fcTL', Buffer.concat([numbered(), control]));
    const rows = Array.from({ length: part.height }, (_, row) =>
      now.subarray((part.y + row) * width + part.x, (part.y + row) * width + part.x + part.width),
    );
    const content = packed(Buffer.concat(rows), part.width);
    return [frame, first ? pngChunk('IDAT', content) : pngChunk('fdAT', Buffer.concat([numbered(), content]))];
  });
  const control = Buffer.alloc(8);
  control.writeUInt32BE(frames.length, 0);
  return pngFile({ width, height }, palette, [pngChunk('acTL', control), ...parts]);
}

/** The rectangle outside of which nothing changed; one point where nothing did. */
function changedPart(
  before: Buffer,
  now: Buffer,
  width: number,
): { x: number; y: number; width: number; height: number } {
  let [left, right, top, bottom] = [width, -1, -1, -1];
  for (let at = 0; at < now.length; at += 1) {
    if (before[at] === now[at]) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    if (top < 0) top = y;
    bottom = y;
    if (x < left) left = x;
    if (x > right) right = x;
  }
  if (top < 0) return { x: 0, y: 0, width: 1, height: 1 };
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}
