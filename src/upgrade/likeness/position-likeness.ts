/**
 * How alike the places of one name in an old list and of another in a new one are, 0 … 1. What both lists have stands
 * still; what went and what came between the same two of those, as the same one of them, is in the same place. `known` are old names that became new ones: they stand still too.
 */
export function positionLikeness(
  old: readonly string[],
  now: readonly string[],
  known: ReadonlyMap<string, string>,
): (oldName: string, newName: string) => number {
  const current = old.map((name) => known.get(name) ?? name);
  const places = placesIn(current, new Set(now));
  const newPlaces = placesIn(now, new Set(current));
  return (oldName, newName) => {
    const [a, b] = [places.get(oldName), newPlaces.get(newName)];
    if (!a || !b) return 0;
    const sides = Number(a.before === b.before) + Number(a.behind === b.behind);
    if (sides === 2) {
      if (a.rank === b.rank && a.gap === b.gap) return 1;
      return a.rank === b.rank || a.gap - a.rank === b.gap - b.rank ? 0.8 : 0.5;
    }
    return sides === 1 ? 0.4 : 0.2 * (1 - Math.abs(a.share - b.share));
  };
}

interface PlaceInList {
  /** The nearest names that both lists have; null at an end. */
  readonly before: string | null;
  readonly behind: string | null;
  /** Which one of those between the two it is, and how many they are. */
  readonly rank: number;
  readonly gap: number;
  /** How far down the list, 0 … 1. */
  readonly share: number;
}

function placesIn(list: readonly string[], others: ReadonlySet<string>): Map<string, PlaceInList> {
  const places = new Map<string, PlaceInList>();
  let start = 0;
  for (let end = 0; end <= list.length; end += 1) {
    if (end < list.length && !others.has(list[end]!)) continue;
    for (let index = start; index < end; index += 1)
      places.set(list[index]!, {
        before: list[start - 1] ?? null,
        behind: list[end] ?? null,
        rank: index - start,
        gap: end - start,
        share: index / list.length,
      });
    start = end + 1;
  }
  return places;
}
