import { Graph, layout } from '@dagrejs/dagre';

/** What a layout needs to know of a graph: small enough to be sent to a worker. */
export interface LayoutInput {
  readonly nodes: readonly { readonly id: string; readonly parent: string | null; readonly kind: string }[];
  readonly edges: readonly { readonly source: string; readonly target: string }[];
}

/** Left upper corner within its container, in pixels; a container's size is that of what it holds. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a graph's edges lead. */
export type Flow = 'down' | 'right';

export const activitySize = { width: 220, height: 64 } as const;
export const startSize = { width: 88, height: 32 } as const;
const padding = 24;
/** Between ranks there is room for the words of an edge. */
const gaps = {
  down: { rankdir: 'TB', nodesep: 40, ranksep: 56 },
  right: { rankdir: 'LR', nodesep: 24, ranksep: 104 },
} as const;
/** Height of a container's title, above what it holds. */
export const header = 44;

/** Lays every level out along the flow, inner levels first, since a container is as large as what it holds. */
export function layOut({ nodes, edges }: LayoutInput, flow: Flow = 'down'): Map<string, Box> {
  const boxes = new Map<string, Box>();
  const children = Map.groupBy(nodes, ({ parent }) => parent);
  const sizeOf = ({ id, kind }: LayoutInput['nodes'][number]): { width: number; height: number } => {
    if (kind === 'start') return startSize;
    if (kind !== 'container') return activitySize;
    layLevel(id);
    return containerSize((children.get(id) ?? []).flatMap((child) => boxes.get(child.id) ?? []));
  };
  const layLevel = (parent: string | null): void => {
    const members = children.get(parent) ?? [];
    const graph = new Graph();
    // the best ranks of a large graph take twice the time and are hardly told from good ones
    const ranker = members.length > 150 ? 'tight-tree' : 'network-simplex';
    graph.setGraph({ ...gaps[flow], ranker });
    graph.setDefaultEdgeLabel(() => ({}));
    for (const member of members) graph.setNode(member.id, { ...sizeOf(member) });
    const ids = new Set(members.map(({ id }) => id));
    for (const { source, target } of edges)
      if (ids.has(source) && ids.has(target) && source !== target) graph.setEdge(source, target);
    if (members.length > 0) layout(graph);
    const inset = parent === null ? { x: 0, y: 0 } : { x: padding, y: header };
    for (const { id } of members) {
      const {
        x = 0,
        y = 0,
        width,
        height,
      } = graph.node(id) as { x?: number; y?: number; width: number; height: number };
      boxes.set(id, { x: Math.round(x - width / 2) + inset.x, y: Math.round(y - height / 2) + inset.y, width, height });
    }
  };
  layLevel(null);
  return boxes;
}

/** How large a container is drawn around these boxes. */
export function containerSize(inner: readonly Box[]): { width: number; height: number } {
  const right = Math.max(activitySize.width, ...inner.map(({ x, width }) => x + width + padding));
  const bottom = Math.max(activitySize.height, ...inner.map(({ y, height }) => y + height + padding));
  return { width: right, height: bottom };
}
