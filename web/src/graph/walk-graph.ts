import type { Box } from './graph-layout.ts';
import type { GraphParts } from './graph-parts.ts';

export type Direction = 'down' | 'up' | 'left' | 'right';

/**
 * Where an arrow key leads from an activity: along an edge, into or out of a container, or to the neighbour at its side;
 * null where nothing is there.
 */
export function walkFrom(
  parts: GraphParts,
  boxes: ReadonlyMap<string, Box>,
  id: string,
  direction: Direction,
): string | null {
  const nodes = parts.nodes.filter(({ kind }) => kind !== 'start');
  const here = nodes.find((node) => node.id === id);
  if (!here) return null;
  if (direction === 'down') {
    const inner = nodes.find(({ parent }) => parent === id);
    return (
      inner?.id ??
      leftmost(
        parts.edges.filter(({ source }) => source === id).map(({ target }) => target),
        boxes,
      )
    );
  }
  if (direction === 'up') {
    const known = new Set(nodes.map((node) => node.id));
    const before = parts.edges.filter(({ source, target }) => target === id && known.has(source));
    return (
      leftmost(
        before.map(({ source }) => source),
        boxes,
      ) ?? here.parent
    );
  }
  const from = centre(boxes.get(id));
  const sign = direction === 'left' ? -1 : 1;
  const near = nodes
    .filter((node) => node.parent === here.parent && node.id !== id)
    .map((node) => ({ id: node.id, at: centre(boxes.get(node.id)) }))
    .filter(({ at }) => sign * (at.x - from.x) > 0)
    .map(({ id: other, at }) => ({ id: other, away: Math.abs(at.x - from.x) + 10 * Math.abs(at.y - from.y) }))
    .sort((a, b) => a.away - b.away);
  return near[0]?.id ?? null;
}

function centre(box: Box | undefined): { x: number; y: number } {
  return box ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : { x: 0, y: 0 };
}

function leftmost(ids: readonly string[], boxes: ReadonlyMap<string, Box>): string | null {
  return ids.toSorted((a, b) => (boxes.get(a)?.x ?? 0) - (boxes.get(b)?.x ?? 0))[0] ?? null;
}
