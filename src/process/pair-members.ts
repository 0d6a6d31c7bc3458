import { isRecord, sameJson } from './document-text.ts';

/** Which old member each new one was: equal ones first from both ends and in order, then what is left between by name. */
export function pairMembers(
  before: readonly unknown[],
  after: readonly unknown[],
): [was: number | null, now: number][] {
  const pairs: [number | null, number][] = [];
  let from = 0;
  for (const [now, value] of after.entries()) {
    const same = before.findIndex((old, index) => index >= from && sameMember(old, value));
    if (same >= 0) {
      pairs.push([same, now]);
      from = same + 1;
    } else pairs.push([null, now]);
  }
  const used = new Set(pairs.map(([was]) => was));
  // a member that changed beyond recognition takes the place of the one that stood there, if that is free
  return pairs.map(([was, now], index) => {
    if (was !== null) return [was, now];
    const floor = pairs.slice(0, index).findLast(([before]) => before !== null)?.[0] ?? -1;
    const next = pairs.slice(index + 1).find(([before]) => before !== null)?.[0] ?? before.length;
    const free = floor + 1;
    if (free >= next || used.has(free)) return [null, now];
    used.add(free);
    pairs[index] = [free, now];
    return [free, now];
  });
}

/** Members of a list are recognised by their name, else by being equal. */
function sameMember(a: unknown, b: unknown): boolean {
  if (sameJson(a, b)) return true;
  return isRecord(a) && isRecord(b) && typeof a['name'] === 'string' && a['name'] === b['name'];
}
