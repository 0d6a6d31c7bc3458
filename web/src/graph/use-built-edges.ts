import { MarkerType } from '@xyflow/react';
import { useMemo, useRef } from 'react';
import { type Say, useText } from '../text/index.tsx';
import { activityTitle } from './activity-title.ts';
import { edgeColours, type FlowEdge } from './graph-edges.tsx';
import type { GraphNode, GraphParts } from './graph-parts.ts';
import { keepSame } from './keep-same.ts';
import type { Mark } from './mark.ts';

interface BuildInput {
  readonly parts: GraphParts;
  /** Ids of the nodes that are drawn by now: an edge is drawn when both its ends are. */
  readonly drawn: ReadonlySet<string>;
  readonly marks: ReadonlyMap<string, Mark> | undefined;
  readonly editable: boolean;
}

/** The edges as React Flow wants them; as with nodes, one that did not change stays the same value. */
export function useBuiltEdges({ parts, drawn, marks, editable }: BuildInput): FlowEdge[] {
  const { say } = useText();
  const kept = useRef(new Map<string, { readonly reasons: readonly unknown[]; readonly edge: FlowEdge }>());
  const last = useRef<FlowEdge[] | null>(null);
  const all = useMemo(() => {
    const names = new Map(parts.nodes.map((node) => [node.id, nodeName(node, say)]));
    const next: typeof kept.current = new Map();
    const built = parts.edges.map(({ id, source, target, type, edge }): FlowEdge => {
      const mark = marks?.get(id) ?? null;
      const words = type === 'VALUE' ? `= ${edge.value ?? ''}` : say(`edge.${type}`);
      const label = mark === 'added' || mark === 'removed' ? `${words} (${say(`graph.mark.${mark}`)})` : words;
      const ariaLabel = `${names.get(source)} → ${names.get(target)}: ${label}`;
      const stroke = edgeColours[type];
      const reasons = [source, target, type, ariaLabel, mark, stroke, editable, parts.edges.length <= 120];
      const before = kept.current.get(id);
      const same = before?.reasons.every((reason, index) => reason === reasons[index]) ? before : null;
      const grows = editable && parts.edges.length <= 120 && !source.startsWith('start ');
      const made = same?.edge ?? edgeOf({ id, source, target, type, label, mark, ariaLabel, stroke, editable, grows });
      next.set(id, { reasons, edge: made });
      return made;
    });
    kept.current = next;
    last.current = keepSame(last.current, built);
    return last.current;
  }, [parts, marks, say, editable]);
  return useMemo(() => all.filter(({ source, target }) => drawn.has(source) && drawn.has(target)), [all, drawn]);
}

interface EdgeInput {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly type: NonNullable<FlowEdge['data']>['type'];
  readonly label: string;
  readonly mark: Mark | null;
  readonly ariaLabel: string;
  readonly stroke: string;
  readonly editable: boolean;
  readonly grows: boolean;
}

function edgeOf({ id, source, target, type, label, mark, ariaLabel, stroke, editable, grows }: EdgeInput): FlowEdge {
  return {
    id,
    type: 'typed',
    source,
    target,
    selectable: false,
    data: { type, label, mark, grows },
    ariaLabel,
    // wide enough to be met with the mouse, where that does something
    interactionWidth: editable ? 24 : 0,
    style: {
      stroke: mark === 'removed' ? 'var(--bad)' : stroke,
      strokeWidth: mark === 'added' ? 2.5 : 1.5,
      ...(mark === 'removed' ? { strokeDasharray: '5 4' } : {}),
    },
    markerEnd: { type: MarkerType.ArrowClosed, color: stroke },
  };
}

function nodeName({ kind, activity }: GraphNode, say: Say): string {
  return kind === 'start' ? say('graph.start') : activityTitle(activity, say);
}
