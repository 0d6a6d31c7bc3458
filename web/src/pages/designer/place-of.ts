import type { Address } from '../../graph/address.ts';
import { absoluteBoxes } from '../../graph/first-view.ts';
import { type Box, header } from '../../graph/graph-layout.ts';
import type { GraphNode } from '../../graph/graph-parts.ts';

/** The level at a place of the canvas (the innermost container there), and the place within it. */
export function placeOf(
  at: { readonly x: number; readonly y: number },
  nodes: readonly GraphNode[],
  boxes: ReadonlyMap<string, Box>,
): { level: Address; x: number; y: number } {
  const places = absoluteBoxes(nodes, boxes);
  const inside = nodes
    .filter(({ kind }) => kind === 'container')
    .map((node) => ({ node, box: places.get(node.id) }))
    .filter(
      ({ box }) => box && at.x >= box.x && at.x <= box.x + box.width && at.y >= box.y && at.y <= box.y + box.height,
    )
    .at(-1);
  if (!inside?.box) return { level: [], x: at.x, y: at.y };
  return {
    level: inside.node.address,
    x: Math.max(0, at.x - inside.box.x),
    y: Math.max(header, at.y - inside.box.y),
  };
}
