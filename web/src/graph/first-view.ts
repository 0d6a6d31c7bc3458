import type { Box, Flow } from './graph-layout.ts';
import type { GraphNode } from './graph-parts.ts';

/** Everything where it can be read so; of a larger process its beginning, in a size that can be read. */
export function firstView(
  boxes: ReadonlyMap<string, Box>,
  frame: HTMLElement | null,
  flow: Flow = 'down',
): { x: number; y: number; zoom: number } {
  if (flow === 'right') return fromLeft(boxes, frame);
  const all = [...boxes.values()];
  const [width, height] = [frame?.clientWidth ?? 800, frame?.clientHeight ?? 600];
  const { left, top, right, bottom } = edgesOf(boxes);
  const fitting = Math.min(width / (right - left + 80), height / (bottom - top + 80), 1);
  const zoom = Math.max(fitting, 0.5);
  const first = all.reduce(
    (one, other) => (other.y < one.y ? other : one),
    all[0] ?? { x: 0, y: 0, width: 0, height: 0 },
  );
  const middle = fitting < zoom ? first.x + first.width / 2 : (left + right) / 2;
  return { x: width / 2 - middle * zoom, y: 40 - top * zoom, zoom };
}

/** Its beginning at the left, in the middle of the height, as large as the height allows. */
function fromLeft(boxes: ReadonlyMap<string, Box>, frame: HTMLElement | null): { x: number; y: number; zoom: number } {
  const [width, height] = [frame?.clientWidth ?? 800, frame?.clientHeight ?? 200];
  const { left, top, right, bottom } = edgesOf(boxes);
  const zoom = Math.max(0.6, Math.min((width - 48) / (right - left), (height - 48) / (bottom - top), 1));
  return { x: 24 - left * zoom, y: height / 2 - ((top + bottom) / 2) * zoom, zoom };
}

/** Everything, in whatever size that takes. */
export function wholeView(
  boxes: ReadonlyMap<string, Box>,
  frame: HTMLElement | null,
): { x: number; y: number; zoom: number } {
  const { left, top, right, bottom } = edgesOf(boxes);
  const [width, height] = [frame?.clientWidth ?? 800, frame?.clientHeight ?? 600];
  const zoom = Math.min(width / (right - left + 80), height / (bottom - top + 80), 1);
  return { x: width / 2 - ((left + right) / 2) * zoom, y: height / 2 - ((top + bottom) / 2) * zoom, zoom };
}

/** Where the outermost boxes end. */
export function edgesOf(boxes: ReadonlyMap<string, Box>): { left: number; top: number; right: number; bottom: number } {
  const all = [...boxes.values()];
  return {
    left: Math.min(...all.map(({ x }) => x)),
    top: Math.min(...all.map(({ y }) => y)),
    right: Math.max(...all.map(({ x, width }) => x + width)),
    bottom: Math.max(...all.map(({ y, height }) => y + height)),
  };
}

/** Every box in the canvas's own coordinates; containers stand before what they hold. */
export function absoluteBoxes(nodes: readonly GraphNode[], boxes: ReadonlyMap<string, Box>): ReadonlyMap<string, Box> {
  const found = new Map<string, Box>();
  for (const { id, parent } of nodes) {
    const box = boxes.get(id);
    const outer = parent === null ? undefined : found.get(parent);
    if (box) found.set(id, outer ? { ...box, x: box.x + outer.x, y: box.y + outer.y } : box);
  }
  return found;
}
