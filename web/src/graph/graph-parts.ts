import type { ProcessActivity, ProcessDocument, ProcessEdge } from '../api/types.ts';
import { type Address, addressId, edgeTypeOf, isContainer, levelOf, segmentsOf } from './address.ts';

export interface GraphNode {
  readonly id: string;
  readonly address: Address;
  /** Id of the container that holds it; null at the outermost level. */
  readonly parent: string | null;
  readonly kind: 'start' | 'activity' | 'container';
  /** The process's root for the outermost start. */
  readonly activity: ProcessActivity;
}

interface GraphEdge {
  readonly id: string;
  /** Address of the level that holds it. */
  readonly level: Address;
  readonly source: string;
  readonly target: string;
  readonly type: ProcessEdge['type'];
  readonly edge: ProcessEdge;
}

/** A process as what is drawn: containers before what they hold. Edges whose ends do not exist are left out. */
export interface GraphParts {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export function startId(level: Address): string {
  return `start ${addressId(level)}`;
}

/** `allStarts`: draws the start of a level that no edge starts yet too, for those who want to draw one. */
export function graphParts(document: ProcessDocument, { allStarts = false } = {}): GraphParts {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  const visit = (holder: ProcessActivity, address: Address, parent: string | null): void => {
    const level = levelOf(holder);
    const segments = segmentsOf(level);
    const idByName = new Map<string, string>();
    const start: GraphNode = { id: startId(address), address, parent, kind: 'start', activity: holder };
    if (allStarts || (level.edges ?? []).some(({ from }) => !from)) nodes.push(start);
    level.children?.forEach((activity, index) => {
      const inner = [...address, segments[index]!];
      const id = addressId(inner);
      if (!idByName.has(activity.name)) idByName.set(activity.name, id);
      const kind = isContainer(activity) ? 'container' : 'activity';
      nodes.push({ id, address: inner, parent, kind, activity });
      if (kind === 'container') visit(activity, inner, id);
    });
    const seen = new Map<string, number>();
    for (const edge of level.edges ?? []) {
      const source = edge.from ? idByName.get(edge.from) : start.id;
      const target = idByName.get(edge.to);
      if (source === undefined || target === undefined) continue;
      const type = edgeTypeOf(edge);
      const key = JSON.stringify([address, edge.from ?? null, edge.to, type, edge.value ?? '']);
      const nth = (seen.get(key) ?? 0) + 1;
      seen.set(key, nth);
      edges.push({ id: nth === 1 ? key : `${key} ${nth}`, level: address, source, target, type, edge });
    }
  };
  visit(document.rootActivity, [], null);
  return { nodes, edges };
}
