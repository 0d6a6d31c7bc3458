import '@xyflow/react/dist/style.css';
import { useComputedColorScheme } from '@mantine/core';
import {
  applyNodeChanges,
  type Connection,
  Controls,
  MarkerType,
  MiniMap,
  type NodeChange,
  Panel,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react';
import { type DragEvent, type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useText } from '../text/index.tsx';
import { activityTitle } from './activity-title.ts';
import { edgeTypes as allTypes } from './address.ts';
import classes from './graph.module.css';
import { edgeColours, edgeTypes, type FlowEdge } from './graph-edges.tsx';
import type { Box } from './graph-layout.ts';
import { type FlowNode, nodeTypes } from './graph-nodes.tsx';
import type { GraphNode, GraphParts } from './graph-parts.ts';
import type { Mark } from './mark.ts';
import { type Direction, walkFrom } from './walk-graph.ts';

/** What may be done to the graph; absent: it is only looked at. */
export interface GraphEditing {
  connect(source: string, target: string): void;
  mayConnect(source: string, target: string): boolean;
  move(moved: readonly { readonly id: string; readonly x: number; readonly y: number }[]): void;
  removeActivity(id: string): void;
  chooseEdge(id: string): void;
  /** Something from the palette was dropped at a place of the canvas. */
  drop(dropped: string, at: { readonly x: number; readonly y: number }): void;
}

interface ProcessGraphProperties {
  readonly parts: GraphParts;
  readonly boxes: ReadonlyMap<string, Box>;
  /** Marks of nodes and edges by id. */
  readonly marks?: ReadonlyMap<string, Mark>;
  readonly selected: string | null;
  readonly onSelect: (id: string | null) => void;
  /** Enter on an activity; chosen by a click unless given. */
  readonly onOpen?: (id: string) => void;
  readonly label: string;
  readonly editing?: GraphEditing;
}

export const paletteFormat = 'application/x-lockstep-step';

/** A process as a picture: zoomed with the wheel or the buttons, walked through with the arrow keys. */
export function ProcessGraph(properties: ProcessGraphProperties) {
  return (
    <ReactFlowProvider>
      <Canvas {...properties} />
    </ReactFlowProvider>
  );
}

const directions: Readonly<Record<string, Direction>> = {
  ArrowDown: 'down',
  ArrowUp: 'up',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};

function Canvas({ parts, boxes, marks, selected, onSelect, onOpen, label, editing }: ProcessGraphProperties) {
  const { say } = useText();
  const scheme = useComputedColorScheme('light');
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const frame = useRef<HTMLDivElement>(null);
  const helpId = useId();
  const [focused, setFocused] = useState<string | null>(null);
  const first = parts.nodes.find(({ kind }) => kind !== 'start')?.id ?? null;
  const wanted = focused ?? selected;
  const reachable = wanted !== null && parts.nodes.some(({ id }) => id === wanted) ? wanted : first;

  const built = useBuiltNodes({ parts, boxes, marks, selected, reachable, helpId, editable: editing !== undefined });
  const [nodes, setNodes] = useState<FlowNode[]>(built);
  useEffect(() => setNodes(built), [built]);
  const edges = useMemo(() => buildEdges(parts, marks, scheme, say), [parts, marks, scheme, say]);

  const focusOn = (id: string): void => {
    const box = absolute(id, parts.nodes, boxes);
    if (box)
      void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom: Math.max(flow.getZoom(), 0.6) });
    setFocused(id);
    // an activity out of sight is drawn only after the picture has moved
    requestAnimationFrame(() =>
      requestAnimationFrame(() =>
        frame.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)?.focus(),
      ),
    );
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const id = (event.target as HTMLElement).closest<HTMLElement>('.react-flow__node')?.dataset['id'];
    if (id === undefined || event.ctrlKey || event.metaKey) return;
    const direction = directions[event.key];
    if (direction && event.shiftKey && editing) {
      const box = boxes.get(id);
      const by = { down: [0, 20], up: [0, -20], left: [-20, 0], right: [20, 0] }[direction] as [number, number];
      if (box) editing.move([{ id, x: box.x + by[0], y: box.y + by[1] }]);
    } else if (direction) {
      const next = walkFrom(parts, boxes, id, direction);
      if (next) focusOn(next);
    } else if (event.key === 'Enter' || event.key === ' ') (onOpen ?? onSelect)(id);
    else if (event.key === 'Escape') onSelect(null);
    else if ((event.key === 'Delete' || event.key === 'Backspace') && editing) {
      const next = walkFrom(parts, boxes, id, 'up') ?? walkFrom(parts, boxes, id, 'down');
      editing.removeActivity(id);
      if (next) focusOn(next);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const onNodesChange = (changes: NodeChange<FlowNode>[]): void => {
    // selection is decided by the page, not by the canvas
    const kept = changes.filter(({ type }) => type === 'position' || type === 'dimensions');
    if (kept.length > 0) setNodes((now) => applyNodeChanges(kept, now));
  };

  const drop = (event: DragEvent): void => {
    const dropped = event.dataTransfer.getData(paletteFormat);
    if (!dropped || !editing) return;
    event.preventDefault();
    editing.drop(dropped, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the activities within take the focus; their keys are handled here
    <div ref={frame} className={classes['frame']} data-editing={editing !== undefined} onKeyDown={onKeyDown}>
      <p id={helpId} className={classes['help']}>
        {say(editing ? 'graph.helpEditing' : 'graph.help')}
      </p>
      <ReactFlow<FlowNode, FlowEdge>
        aria-label={label}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={onNodesChange}
        onNodeClick={(_, { id }) => onSelect(id)}
        onPaneClick={() => onSelect(null)}
        onEdgeClick={(_, { id }) => editing?.chooseEdge(id)}
        onNodeDragStop={(_, node) => editing?.move([{ id: node.id, ...node.position }])}
        onConnect={({ source, target }: Connection) => editing?.connect(source, target)}
        isValidConnection={({ source, target }) => editing?.mayConnect(source, target) ?? false}
        onDragOver={(event) => {
          if (editing && event.dataTransfer.types.includes(paletteFormat)) event.preventDefault();
        }}
        onDrop={drop}
        nodesDraggable={editing !== undefined}
        nodesConnectable={editing !== undefined}
        elementsSelectable={false}
        edgesFocusable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        // hundreds are drawn once, so that moving the picture draws nothing; thousands only as they come into sight
        onlyRenderVisibleElements={parts.nodes.length > 1500}
        onInit={(started) => void started.setViewport(firstView(boxes, frame.current))}
        fitViewOptions={{ padding: 0.1, maxZoom: 1 }}
        minZoom={0.05}
        colorMode={scheme}
        ariaLabelConfig={{
          'controls.ariaLabel': say('graph.controls'),
          'controls.zoomIn.ariaLabel': say('graph.zoomIn'),
          'controls.zoomOut.ariaLabel': say('graph.zoomOut'),
          'controls.fitView.ariaLabel': say('graph.fit'),
          'minimap.ariaLabel': say('graph.map'),
        }}
      >
        <Controls showInteractive={false} />
        {parts.nodes.length > 40 && <MiniMap pannable zoomable />}
        <Panel position="top-right">
          <Legend colours={edgeColours[scheme]} />
        </Panel>
      </ReactFlow>
    </div>
  );
}

function Legend({ colours }: { readonly colours: (typeof edgeColours)['light'] }) {
  const { say } = useText();
  return (
    <div className={classes['legend']}>
      {allTypes.map((type) => (
        <span key={type} style={{ color: colours[type] }}>
          → {say(`edge.${type}`)}
        </span>
      ))}
    </div>
  );
}

interface BuildInput {
  readonly parts: GraphParts;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly marks: ReadonlyMap<string, Mark> | undefined;
  readonly selected: string | null;
  readonly reachable: string | null;
  readonly helpId: string;
  readonly editable: boolean;
}

/** The nodes as React Flow wants them; a node that did not change stays the same value, so that it is not drawn again. */
function useBuiltNodes({ parts, boxes, marks, selected, reachable, helpId, editable }: BuildInput): FlowNode[] {
  const kept = useRef(new Map<string, { readonly reasons: readonly unknown[]; readonly node: FlowNode }>());
  return useMemo(() => {
    const next: typeof kept.current = new Map();
    const built = parts.nodes.flatMap(({ id, parent, kind, activity }) => {
      const box = boxes.get(id);
      if (!box) return [];
      const mark = marks?.get(id) ?? null;
      const [isSelected, isReachable] = [id === selected, id === reachable];
      const size = `${box.x} ${box.y} ${box.width} ${box.height}`;
      const reasons = [activity, size, mark, isSelected, isReachable, parent, editable];
      const before = kept.current.get(id);
      if (before?.reasons.every((reason, index) => reason === reasons[index])) {
        next.set(id, before);
        return [before.node];
      }
      const node: FlowNode = {
        id,
        type: kind,
        position: { x: box.x, y: box.y },
        width: box.width,
        height: box.height,
        ...(parent !== null ? { parentId: parent } : {}),
        data: { activity, mark },
        selected: isSelected,
        draggable: editable,
        focusable: kind !== 'start',
        connectable: editable,
        ariaRole: 'button',
        domAttributes:
          kind === 'start'
            ? { 'aria-hidden': true }
            : { tabIndex: isReachable ? 0 : -1, 'aria-describedby': helpId, 'aria-pressed': isSelected },
        handles: [
          { type: 'target', position: Position.Top, x: box.width / 2, y: 0, width: 1, height: 1 },
          { type: 'source', position: Position.Bottom, x: box.width / 2, y: box.height, width: 1, height: 1 },
        ],
      };
      next.set(id, { reasons, node });
      return [node];
    });
    kept.current = next;
    return built;
  }, [parts, boxes, marks, selected, reachable, helpId, editable]);
}

function buildEdges(
  parts: GraphParts,
  marks: ReadonlyMap<string, Mark> | undefined,
  scheme: 'light' | 'dark',
  say: ReturnType<typeof useText>['say'],
): FlowEdge[] {
  const names = new Map(parts.nodes.map((node) => [node.id, nodeName(node, say)]));
  return parts.edges.map(({ id, source, target, type, edge }) => {
    const mark = marks?.get(id) ?? null;
    const words = type === 'VALUE' ? `= ${edge.value ?? ''}` : say(`edge.${type}`);
    const label = mark === 'added' || mark === 'removed' ? `${words} (${say(`graph.mark.${mark}`)})` : words;
    const stroke = edgeColours[scheme][type];
    return {
      id,
      type: 'typed',
      source,
      target,
      data: { type, label, mark },
      ariaLabel: `${names.get(source)} → ${names.get(target)}: ${label}`,
      style: {
        stroke,
        strokeWidth: mark === 'added' ? 4 : 2,
        ...(mark === 'removed' ? { strokeDasharray: '6 4' } : {}),
      },
      markerEnd: { type: MarkerType.ArrowClosed, color: stroke },
    };
  });
}

function nodeName({ kind, activity }: GraphNode, say: ReturnType<typeof useText>['say']): string {
  return kind === 'start' ? say('graph.start') : activityTitle(activity, say);
}

/** Everything where it can be read so; of a larger process its beginning, in a size that can be read. */
function firstView(boxes: ReadonlyMap<string, Box>, frame: HTMLElement | null): { x: number; y: number; zoom: number } {
  const all = [...boxes.values()];
  const [width, height] = [frame?.clientWidth ?? 800, frame?.clientHeight ?? 600];
  const left = Math.min(...all.map(({ x }) => x));
  const top = Math.min(...all.map(({ y }) => y));
  const right = Math.max(...all.map((box) => box.x + box.width));
  const bottom = Math.max(...all.map((box) => box.y + box.height));
  const fitting = Math.min(width / (right - left + 80), height / (bottom - top + 80), 1);
  const zoom = Math.max(fitting, 0.5);
  const first = all.reduce(
    (one, other) => (other.y < one.y ? other : one),
    all[0] ?? { x: 0, y: 0, width: 0, height: 0 },
  );
  const middle = fitting < zoom ? first.x + first.width / 2 : (left + right) / 2;
  return { x: width / 2 - middle * zoom, y: 40 - top * zoom, zoom };
}

/** A box in the canvas's own coordinates. */
export function absolute(id: string, nodes: readonly GraphNode[], boxes: ReadonlyMap<string, Box>): Box | null {
  const box = boxes.get(id);
  if (!box) return null;
  const parent = nodes.find((node) => node.id === id)?.parent;
  const outer = parent ? absolute(parent, nodes, boxes) : null;
  return outer ? { ...box, x: box.x + outer.x, y: box.y + outer.y } : box;
}
