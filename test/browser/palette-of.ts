/** A picture point by point: red, green, blue, and what does not matter here. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Nearly equal colours are one: of each part the upper bits count. */
const shades = 0xfc;
const key = (colour: number): number => colour & ((shades << 16) | (shades << 8) | shades);

interface Counted {
  count: number;
  readonly colour: number;
}

/**
 * The colours that pictures can be shown with. Three quarters are the most frequent ones; the others stand farthest from
 * them, so that a rare one keeps its meaning.
 */
export function paletteOf(pictures: Iterable<Picture>, most: number): number[] {
  const counts = new Map<number, Counted>();
  for (const { data } of pictures) {
    for (let at = 0; at < data.length; at += 4) {
      const colour = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
      const known = counts.get(key(colour));
      if (known) known.count += 1;
      else counts.set(key(colour), { count: 1, colour });
    }
  }
  const ordered = [...counts.values()].sort((a, b) => b.count - a.count);
  const palette = ordered.slice(0, Math.ceil((3 * most) / 4)).map(({ colour }) => colour);
  const rare = ordered
    .slice(palette.length)
    .filter(({ count }) => count > 4)
    .map((one) => ({ ...one, away: distance(palette[nearestOf(palette, one.colour)]!, one.colour) }));
  while (palette.length < most && rare.length > 0) {
    const far = rare.map(({ away, count }) => away * Math.sqrt(count));
    const [next] = rare.splice(far.indexOf(Math.max(...far)), 1);
    palette.push(next!.colour);
    for (const one of rare) one.away = Math.min(one.away, distance(next!.colour, one.colour));
  }
  return palette;
}

export function nearestOf(palette: readonly number[], colour: number): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (const [index, one] of palette.entries()) {
    const away = distance(one, colour);
    if (away < least) [best, least] = [index, away];
  }
  return best;
}

function distance(one: number, other: number): number {
  return (
    ((one >> 16) - (other >> 16)) ** 2 +
    (((one >> 8) & 255) - ((other >> 8) & 255)) ** 2 +
    ((one & 255) - (other & 255)) ** 2
  );
}
