import type { ProcessEdge } from '../../api/types.ts';
import { type Address, addressId } from '../../graph/address.ts';
import type { GraphEditing } from '../../graph/graph-editing.ts';
import { header } from '../../graph/graph-layout.ts';
import type { GraphNode, GraphParts } from '../../graph/graph-parts.ts';
import { closesCircle, type ProcessEdit } from './process-edit.ts';

interface CanvasInput {
  readonly parts: GraphParts;
  readonly edgeType: ProcessEdge['type'];
  readonly change: (...edits: readonly ProcessEdit[]) => void;
  /** Removes what stands at these addresses, in one step. */
  readonly remove: (addresses: readonly Address[]) => void;
  readonly chosen: ReadonlySet<string>;
  readonly setChosen: (change: (chosen: ReadonlySet<string>) => ReadonlySet<string>) => void;
}

/** What the canvas may do, in terms of edits. */
export function canvasEdits({
  parts,
  edgeType,
  change,
  remove,
  chosen,
  setChosen,
}: CanvasInput): Omit<GraphEditing, 'drop' | 'insertOn'> {
  const nodes = new Map(parts.nodes.map((node) => [node.id, node]));
  const find = (id: string): GraphNode | undefined => nodes.get(id);
  const levelAddress = (node: GraphNode): Address => (node.kind === 'start' ? node.address : node.address.slice(0, -1));
  const edgeBetween = (from: GraphNode, to: GraphNode): ProcessEdge => ({
    ...(from.kind === 'start' ? {} : { from: from.activity.name }),
    to: to.activity.name,
    type: from.kind === 'start' ? 'ALWAYS' : from.activity.type === 'switch' ? 'VALUE' : edgeType,
    value: '',
  });
  const mayConnect = (source: string, target: string): boolean => {
    const [from, to] = [find(source), find(target)];
    if (!from || !to || to.kind === 'start' || from.activity.type === 'finish' || from.parent !== to.parent)
      return false;
    const level = levelAddress(to);
    const edges = parts.edges.filter((edge) => addressId(edge.level) === addressId(level)).map(({ edge }) => edge);
    return !closesCircle(edges, edgeBetween(from, to));
  };
  /** What a container holds goes with it. */
  const outermost = (ids: readonly string[]): readonly string[] => {
    const all = new Set(ids);
    return ids.filter((id) => {
      for (let at = find(id)?.parent ?? null; at !== null; at = find(at)?.parent ?? null) if (all.has(at)) return false;
      return true;
    });
  };
  return {
    mayConnect,
    connect: (source, target) => {
      const [from, to] = [find(source), find(target)];
      if (from && to && mayConnect(source, target))
        change({ kind: 'connect', level: levelAddress(to), edge: edgeBetween(from, to) });
    },
    move: (moved) => {
      const kept = new Set(outermost(moved.map(({ id }) => id)));
      change(
        ...moved.flatMap(({ id, x, y }): ProcessEdit[] => {
          const node = find(id);
          if (!node || !kept.has(id)) return [];
          // within a container nothing stands left of its border or on its title
          const [left, top] = node.parent === null ? [x, y] : [Math.max(0, x), Math.max(header, y)];
          if (node.kind === 'start') return [{ kind: 'start', level: node.address, x: left, y: top }];
          return [{ kind: 'move', moves: [{ address: node.address, x: left, y: top }] }];
        }),
      );
    },
    chosen,
    choose: (choice) => setChosen((now) => choice(new Set([...now].filter((id) => nodes.has(id))))),
    remove: (ids) =>
      remove(
        outermost(ids).flatMap((id) => {
          const node = find(id);
          return node && node.kind !== 'start' ? [node.address] : [];
        }),
      ),
    chooseEdge: (id) => setChosen(() => new Set([id])),
  };
}
