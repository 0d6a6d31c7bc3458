import { nearestOf, type Picture } from './palette-of.ts';

/** Writes pictures as places in a palette, one byte a point. */
export function indexedBy(palette: readonly number[]): (picture: Picture) => Buffer {
  const nearest = new Map<number, number>();
  return ({ data }) => {
    const points = Buffer.alloc(data.length / 4);
    for (let point = 0; point < points.length; point += 1) {
      const at = point * 4;
      const colour = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
      let index = nearest.get(colour);
      if (index === undefined) {
        index = nearestOf(palette, colour);
        nearest.set(colour, index);
      }
      points[point] = index;
    }
    return points;
  };
}
