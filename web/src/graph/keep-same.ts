import type { Box } from './graph-layout.ts';

/** The former list where each of its values stayed: whoever draws it has nothing to do then. */
export function keepSame<One>(before: readonly One[] | null, now: One[]): One[] {
  const isSame = before?.length === now.length && now.every((one, index) => one === before[index]);
  return isSame ? (before as One[]) : now;
}

/** The former places where nothing moved. */
export function keepPlaces(
  before: ReadonlyMap<string, Box> | null,
  now: ReadonlyMap<string, Box>,
): ReadonlyMap<string, Box> {
  if (before?.size !== now.size) return now;
  for (const [id, { x, y, width, height }] of now) {
    const at = before.get(id);
    if (at?.x !== x || at.y !== y || at.width !== width || at.height !== height) return now;
  }
  return before;
}
