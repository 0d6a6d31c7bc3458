import type { ProcessActivity, ProcessDocument } from '../api/types.ts';
import { type Address, addressId, changeLevel, levelOf, segmentsOf } from './address.ts';
import { activitySize, type Box, containerSize, header, startSize } from './graph-layout.ts';
import { type GraphParts, startId } from './graph-parts.ts';

interface Offset {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

/**
 * Where the document itself says that its activities stand; null unless it says so of all, one beside the other.
 * `lenient`: puts what has no place where there is room, and lets activities stand on each other.
 */
export function storedPositions(
  document: ProcessDocument,
  { nodes }: GraphParts,
  { lenient = false } = {},
): Map<string, Box> | null {
  const boxes = new Map<string, Box>();
  const children = Map.groupBy(nodes, ({ parent }) => parent);
  const place = (holder: ProcessActivity, address: Address, parent: string | null): boolean => {
    const level = levelOf(holder);
    const offsets = new Map(offsetsOf(level).map((offset) => [offset.name, offset]));
    const members = (children.get(parent) ?? []).filter(({ kind }) => kind !== 'start');
    const lowest = Math.max(parent === null ? -120 : header, ...[...offsets.values()].map(({ y }) => y));
    let homeless = 0;
    for (const { id, kind, activity, address: own } of members) {
      const offset = offsets.get(activity.name);
      if (!offset && !lenient) return false;
      if (kind === 'container' && !place(activity, own, id) && !lenient) return false;
      const inner = (children.get(id) ?? []).flatMap((child) => boxes.get(child.id) ?? []);
      const { x, y } = offset ?? { x: 24, y: lowest + 120 * ++homeless };
      boxes.set(id, { x, y, ...(kind === 'container' ? containerSize(inner) : activitySize) });
    }
    const placed = members.flatMap(({ id }) => boxes.get(id) ?? []);
    if (!lenient && overlap(placed)) return false;
    const start = members.some(({ activity }) => activity.name === startName) ? undefined : offsets.get(startName);
    const left = Math.min(...placed.map(({ x }) => x));
    const top = Math.min(...placed.map(({ y }) => y));
    const [freeX, freeY] = parent === null ? [66, 0] : [90, header];
    const x = start?.x ?? (placed.length > 0 ? left + (activitySize.width - startSize.width) / 2 : freeX);
    const y = start?.y ?? (placed.length > 0 ? top - startSize.height - 40 : freeY);
    boxes.set(startId(address), { x, y, ...startSize });
    // below a container's title there must be room: other tools draw inner graphs on a page of their own
    return parent === null || placed.length === 0 || (Math.min(x, left) >= 0 && Math.min(y, top) >= header);
  };
  return place(document.rootActivity, [], null) || lenient ? boxes : null;
}

/** The name under which exports keep where a graph's start stands. */
const startName = 'start';

export function offsetsOf(level: ProcessActivity): readonly Offset[] {
  const offsets = level['offsets'];
  if (!Array.isArray(offsets)) return [];
  return offsets.filter(
    (offset): offset is Offset => typeof offset?.name === 'string' && [offset.x, offset.y].every(Number.isFinite),
  );
}

/** Two boxes more on than beside each other: the offsets were lost or never made. Sorted, so that few pairs are looked at. */
function overlap(boxes: readonly Box[]): boolean {
  const sorted = boxes.toSorted((a, b) => a.y - b.y);
  return sorted.some((box, index) => {
    for (let next = index + 1; next < sorted.length; next++) {
      const other = sorted[next]!;
      if (other.y >= box.y + box.height / 2) return false;
      if (other.x < box.x + box.width / 2 && box.x < other.x + other.width / 2) return true;
    }
    return false;
  });
}

/** The document with every activity's place written down as exports write it. */
export function withPositions(document: ProcessDocument, boxes: ReadonlyMap<string, Box>): ProcessDocument {
  const visit = (known: ProcessDocument, holder: ProcessActivity, address: Address): ProcessDocument => {
    const level = levelOf(holder);
    const segments = segmentsOf(level);
    const places = (level.children ?? []).flatMap((child, index) => {
      const box = boxes.get(addressId([...address, segments[index]!]));
      return box ? [{ name: child.name, x: box.x, y: box.y, h: box.height, w: box.width }] : [];
    });
    const taken = (level.children ?? []).some(({ name }) => name === startName);
    const start = taken ? undefined : boxes.get(startId(address));
    const before = level['offsets'];
    const offsets = [
      ...places,
      ...(start ? [{ name: startName, x: start.x, y: start.y, h: start.height, w: start.width }] : []),
    ].map((offset) => ({
      ...(Array.isArray(before) ? before.find((one: Offset | null) => one?.name === offset.name) : {}),
      ...offset,
    }));
    let changed = known;
    if ((level.children?.length ?? 0) > 0) {
      changed = changeLevel(known, address, (now) => ({ ...now, offsets })) ?? known;
    }
    level.children?.forEach((child, index) => {
      if ((child.children?.length ?? 0) > 0) changed = visit(changed, child, [...address, segments[index]!]);
    });
    return changed;
  };
  return visit(document, document.rootActivity, []);
}
