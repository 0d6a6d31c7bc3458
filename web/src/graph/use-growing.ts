import { useCallback, useEffect, useRef, useState } from 'react';
import type { Box } from './graph-layout.ts';
import type { GraphNode } from './graph-parts.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

interface GrowingInput {
  readonly nodes: readonly GraphNode[];
  /** In the canvas's own coordinates. */
  readonly places: ReadonlyMap<string, Box>;
  /** What is looked at; null before the first picture, whose middle is the highest node. */
  readonly middle: () => Point | null;
}

interface Growing {
  /** Ids of the nodes to draw. */
  readonly drawn: ReadonlySet<string>;
  /** Draws one at once, wherever it stands. */
  readonly draw: (id: string) => void;
}

/** So many are drawn at once; a process is seldom larger. */
const first = 48;
/** A slice shall take no longer than this, in ms, from its beginning to the picture. */
const wanted = 40;

/**
 * Draws a large graph in slices, nearest to what is looked at first, each slice when the browser has nothing else to do:
 * 500 nodes in one go hold the page up for most of a second. How many make a slice is learned from the one before.
 */
export function useGrowing({ nodes, places, middle }: GrowingInput): Growing {
  const [drawn, setDrawn] = useState<ReadonlySet<string>>(() => grown(new Set(), { nodes, places, middle }, first));
  const size = useRef(24);
  useEffect(() => {
    if (nodes.every(({ id }) => drawn.has(id))) return undefined;
    return whenIdle(() => {
      const begun = performance.now();
      setDrawn((now) => grown(now, { nodes, places, middle }, size.current));
      afterPicture(() => {
        const took = performance.now() - begun;
        size.current = Math.round(Math.min(Math.max(size.current * (took > wanted ? 0.7 : 1.3), 8), 500));
      });
    });
  }, [nodes, places, middle, drawn]);
  const draw = useCallback(
    (id: string) => setDrawn((now) => (now.has(id) ? now : withContainers(now, [id], nodes))),
    [nodes],
  );
  return { drawn, draw };
}

function grown(
  drawn: ReadonlySet<string>,
  { nodes, places, middle }: GrowingInput,
  count: number,
): ReadonlySet<string> {
  const missing = nodes.filter(({ id }) => !drawn.has(id));
  if (missing.length <= count) return new Set([...drawn, ...missing.map(({ id }) => id)]);
  const from = middle() ?? highest(places);
  const away = (id: string): number => {
    const box = places.get(id);
    return box ? Math.hypot(box.x + box.width / 2 - from.x, box.y + box.height / 2 - from.y) : 0;
  };
  const nearest = missing.map(({ id }) => ({ id, away: away(id) })).sort((one, other) => one.away - other.away);
  return withContainers(
    drawn,
    nearest.slice(0, count).map(({ id }) => id),
    nodes,
  );
}

/** What stands in a container is drawn with it. */
function withContainers(
  drawn: ReadonlySet<string>,
  ids: readonly string[],
  nodes: readonly GraphNode[],
): ReadonlySet<string> {
  const parents = new Map(nodes.map(({ id, parent }) => [id, parent]));
  const next = new Set(drawn);
  for (const id of ids) for (let at: string | null | undefined = id; at; at = parents.get(at)) next.add(at);
  return next;
}

function highest(places: ReadonlyMap<string, Box>): Point {
  let found: Box | null = null;
  for (const box of places.values()) if (!found || box.y < found.y) found = box;
  return found ?? { x: 0, y: 0 };
}

function whenIdle(work: () => void): () => void {
  if (typeof requestIdleCallback === 'undefined') {
    const timer = setTimeout(work, 16);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(work, { timeout: 200 });
  return () => cancelIdleCallback(handle);
}

function afterPicture(work: () => void): void {
  requestAnimationFrame(() => setTimeout(work));
}
