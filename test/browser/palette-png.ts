import { crc32, deflateSync } from 'node:zlib';

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Four bytes a point: red, green, blue, and what does not matter here. */
  readonly data: Uint8Array;
}

/** Nearly equal colours are one: of each part the upper bits count. */
const shades = 0xf8;

/**
 * A picture of a page as a PNG with a palette of its most frequent colours: a third of what a full one takes, and near
 * enough to be compared with a tolerance and looked at by people.
 */
export function palettePng({ width, height, data }: Picture, most = 64): Buffer {
  const counts = new Map<number, { count: number; colour: number }>();
  for (let at = 0; at < data.length; at += 4) {
    const colour = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
    const key = colour & ((shades << 16) | (shades << 8) | shades);
    const known = counts.get(key);
    if (known) known.count += 1;
    else counts.set(key, { count: 1, colour });
  }
  const palette = paletteOf([...counts.values()], most);
  const nearest = new Map<number, number>();
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      const colour = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
      let index = nearest.get(colour);
      if (index === undefined) {
        index = nearestOf(palette, colour);
        nearest.set(colour, index);
      }
      rows[y * (width + 1) + 1 + x] = index;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // eight bits a point, with a palette
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', head),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

interface Counted {
  readonly count: number;
  readonly colour: number;
}

/** Three quarters are the most frequent colours; the others stand farthest from them, so that a rare one keeps its meaning. */
function paletteOf(colours: readonly Counted[], most: number): number[] {
  const ordered = colours.toSorted((a, b) => b.count - a.count);
  const palette = ordered.slice(0, Math.ceil((3 * most) / 4)).map(({ colour }) => colour);
  const rare = ordered.slice(palette.length).filter(({ count }) => count > 4);
  while (palette.length < most && rare.length > 0) {
    const far = rare.map(
      ({ colour, count }) => distance(palette[nearestOf(palette, colour)]!, colour) * Math.sqrt(count),
    );
    const [next] = rare.splice(far.indexOf(Math.max(...far)), 1);
    palette.push(next!.colour);
  }
  return palette;
}

function distance(one: number, other: number): number {
  return (
    ((one >> 16) - (other >> 16)) ** 2 +
    (((one >> 8) & 255) - ((other >> 8) & 255)) ** 2 +
    ((one & 255) - (other & 255)) ** 2
  );
}

function nearestOf(palette: readonly number[], colour: number): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (const [index, one] of palette.entries()) {
    const away = distance(one, colour);
    if (away < least) [best, least] = [index, away];
  }
  return best;
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const out = Buffer.alloc(named.length + 8);
  out.writeUInt32BE(content.length, 0);
  named.copy(out, 4);
  out.writeUInt32BE(crc32(named), named.length + 4);
  return out;
}
