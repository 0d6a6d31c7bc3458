export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Four bytes a point: red, green, blue, and what does not matter here. */
  readonly data: Uint8Array;
}

interface Indexed {
  /** Three bytes a colour. */
  readonly palette: Buffer;
  /** One byte a point, each row behind the zero that PNG wants there. */
  readonly rows: Buffer;
}

/** Nearly equal colours are one: of each part the upper bits count. */
const shades = 0xf8;

/** A picture by the most frequent of its colours. */
export function indexedPicture({ width, height, data }: Picture, most: number): Indexed {
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
  const bytes = palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]);
  return { palette: Buffer.from(bytes), rows };
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
