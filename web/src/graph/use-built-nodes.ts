import { Position } from '@xyflow/react';
import { useMemo, useRef } from 'react';
import type { Box } from './graph-layout.ts';
import type { FlowNode } from './graph-nodes.tsx';
import type { GraphNode, GraphParts } from './graph-parts.ts';
import { keepSame } from './keep-same.ts';
import type { Mark } from './mark.ts';

interface BuildInput {
  readonly parts: GraphParts;
  /** Ids of the nodes that are drawn by now. */
  readonly drawn: ReadonlySet<string>;
  readonly boxes: ReadonlyMap<string, Box>;
  /** Where nodes are while they are dragged. */
  readonly dragged: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
  readonly marks: ReadonlyMap<string, Mark> | undefined;
  readonly chosen: ReadonlySet<string>;
  readonly reachable: string | null;
  readonly helpId: string;
  readonly editable: boolean;
}

/** The nodes as React Flow wants them; a node that did not change stays the same value, so that it is not drawn again. */
export function useBuiltNodes(input: BuildInput): FlowNode[] {
  const { parts, drawn, boxes, dragged, marks, chosen, reachable, helpId, editable } = input;
  const kept = useRef(new Map<string, { readonly reasons: readonly unknown[]; readonly node: FlowNode }>());
  const last = useRef<FlowNode[] | null>(null);
  return useMemo(() => {
    const next: typeof kept.current = new Map();
    const built = parts.nodes.flatMap(({ id, parent, kind, activity }) => {
      const box = boxes.get(id);
      if (!box || !drawn.has(id)) return [];
      const { x, y } = dragged.get(id) ?? box;
      const { width, height } = box;
      const mark = marks?.get(id) ?? null;
      const [isChosen, isReachable] = [chosen.has(id), id === reachable];
      const reasons = [...seenOf(kind, activity), x, y, width, height, mark, isChosen, isReachable, parent, editable];
      const before = kept.current.get(id);
      if (before?.reasons.every((reason, index) => reason === reasons[index])) {
        next.set(id, before);
        return [before.node];
      }
      const node: FlowNode = {
        id,
        type: kind,
        position: { x, y },
        width,
        height,
        // known, and never told back: measuring hundreds would draw each of them a second time
        measured: { width, height },
        ...(parent !== null ? { parentId: parent } : {}),
        data: { activity, mark },
        selected: isChosen,
        selectable: editable && kind !== 'start',
        draggable: editable,
        focusable: kind !== 'start',
        connectable: editable,
        ariaRole: 'button',
        domAttributes:
          kind === 'start'
            ? { 'aria-hidden': true }
            : { tabIndex: isReachable ? 0 : -1, 'aria-describedby': helpId, 'aria-pressed': isChosen },
        handles: [
          { type: 'target', position: Position.Top, x: width / 2, y: 0, width: 1, height: 1 },
          { type: 'source', position: Position.Bottom, x: width / 2, y: height, width: 1, height: 1 },
        ],
      };
      next.set(id, { reasons, node });
      return [node];
    });
    kept.current = next;
    last.current = keepSame(last.current, built);
    return last.current;
  }, [parts, drawn, boxes, dragged, marks, chosen, reachable, helpId, editable]);
}

/** What a node shows of its activity; values are typed without drawing it anew. */
function seenOf(kind: GraphNode['kind'], activity: GraphNode['activity']): readonly unknown[] {
  if (kind === 'start') return [kind];
  const fields = ['commandName', 'pluginVersion', 'pluginName', 'pluginId'].map((field) => activity[field]);
  return [kind, activity.type, activity.name, ...fields];
}
