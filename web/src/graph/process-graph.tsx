import '@xyflow/react/dist/style.css';
import { useComputedColorScheme } from '@mantine/core';
import {
  Background,
  Controls,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  type Viewport,
  ViewportPortal,
} from '@xyflow/react';
import { useId, useMemo, useRef, useState } from 'react';
import { useText } from '../text/index.tsx';
import { canvasActs } from './canvas-acts.ts';
import { absoluteBoxes, firstView, wholeView } from './first-view.ts';
import classes from './graph.module.css';
import { edgeTypes, type FlowEdge } from './graph-edges.tsx';
import type { GraphEditing } from './graph-editing.ts';
import { graphKey } from './graph-key.ts';
import type { Box, Flow } from './graph-layout.ts';
import { GraphLegend } from './graph-legend.tsx';
import { type FlowNode, nodeTypes } from './graph-nodes.tsx';
import { GraphOverview } from './graph-overview.tsx';
import type { GraphParts } from './graph-parts.ts';
import { GraphPicture } from './graph-picture.tsx';
import { keepPlaces } from './keep-same.ts';
import type { Mark } from './mark.ts';
import { useBuiltEdges } from './use-built-edges.ts';
import { useBuiltNodes } from './use-built-nodes.ts';
import { useDragged } from './use-dragged.ts';
import { useGrowing } from './use-growing.ts';
import { useLatest } from './use-latest.ts';

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
  /** How a graph that is only looked at was laid out. */
  readonly direction?: Flow;
  /** A place where every piece counts: no legend, no border. */
  readonly bare?: boolean;
}

/** A process as a picture: zoomed with the wheel or the buttons, walked through with the arrow keys. */
export function ProcessGraph(properties: ProcessGraphProperties) {
  return (
    <ReactFlowProvider>
      <Canvas {...properties} />
    </ReactFlowProvider>
  );
}

const none: never[] = [];

/** Held while something is chosen, it is chosen with what was chosen before. */
const alsoKeys = ['Shift', 'Meta', 'Control'];

/** A graph of more activities is drawn without what only pleases: shadows cost with every movement. */
const many = 120;

function Canvas(properties: ProcessGraphProperties) {
  const { parts, boxes, marks, selected, onSelect, onOpen, label, editing, direction: flowsTo = 'down' } = properties;
  const { say } = useText();
  const scheme = useComputedColorScheme('light');
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const frame = useRef<HTMLDivElement>(null);
  const helpId = useId();
  const [focused, setFocused] = useState<string | null>(null);
  const first = parts.nodes.find(({ kind }) => kind !== 'start')?.id ?? null;
  const wanted = focused ?? selected;
  const reachable = wanted !== null && parts.nodes.some(({ id }) => id === wanted) ? wanted : first;

  const placed = useRef<ReadonlyMap<string, Box> | null>(null);
  const places = useMemo(() => {
    placed.current = keepPlaces(placed.current, absoluteBoxes(parts.nodes, boxes));
    return placed.current;
  }, [parts, boxes]);
  const { drawn, draw } = useGrowing({ nodes: parts.nodes, places, middle: () => middleOf(frame.current, flow) });
  const { dragged, onNodesChange, endMove } = useDragged(editing);
  const editable = editing !== undefined;
  const alone = useMemo(() => new Set(selected === null ? [] : [selected]), [selected]);
  const chosen = editing?.chosen ?? alone;
  const nodes = useBuiltNodes({ parts, drawn, boxes, dragged, marks, chosen, reachable, helpId, editable });
  const edges = useBuiltEdges({ parts, drawn, marks, editable });

  const focusOn = (id: string): void => {
    const box = places.get(id);
    if (box)
      void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom: Math.max(flow.getZoom(), 0.6) });
    draw(id);
    setFocused(id);
    focusWhenDrawn(frame.current, id);
  };

  const acts = useLatest({
    onNodesChange,
    ...canvasActs({ editing, onSelect, endMove, place: flow.screenToFlowPosition }),
    onInit: (started: { setViewport: (view: Viewport) => unknown }) =>
      void started.setViewport(firstView(places, frame.current, flowsTo)),
  });
  const words = useMemo(
    () => ({
      'controls.ariaLabel': say('graph.controls'),
      'controls.zoomIn.ariaLabel': say('graph.zoomIn'),
      'controls.zoomOut.ariaLabel': say('graph.zoomOut'),
      'controls.fitView.ariaLabel': say('graph.fit'),
    }),
    [say],
  );

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the activities within take the focus; their keys are handled here
    <div
      ref={frame}
      className={classes['frame']}
      data-editing={editable}
      data-bare={properties.bare ?? false}
      data-many={parts.nodes.length > many}
      onKeyDown={(event) =>
        graphKey(event, {
          ...{ parts, boxes, chosen, editing, focusOn },
          open: onOpen ?? onSelect,
          leave: () => onSelect(null),
        })
      }
    >
      <p id={helpId} className={classes['help']}>
        {say(editing ? 'graph.helpEditing' : 'graph.help')}
      </p>
      <ReactFlow<FlowNode, FlowEdge>
        aria-label={label}
        nodes={editable ? nodes : none}
        edges={editable ? edges : none}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        {...acts}
        nodesDraggable={editable}
        nodesConnectable={editable}
        elementsSelectable={editable}
        selectionKeyCode={editable ? 'Shift' : null}
        multiSelectionKeyCode={alsoKeys}
        edgesFocusable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        // hundreds are drawn once, so that moving the picture draws nothing; thousands only as they come into sight
        onlyRenderVisibleElements={parts.nodes.length > 1500}
        minZoom={0.05}
        colorMode={scheme}
        ariaLabelConfig={words}
      >
        <Controls
          showInteractive={false}
          {...(flowsTo === 'right' ? { orientation: 'horizontal', position: 'bottom-right' } : {})}
          onFitView={() => void flow.setViewport(wholeView(places, frame.current))}
        />
        {!editable && (
          <ViewportPortal>
            <GraphPicture nodes={nodes} edges={edges} places={places} direction={flowsTo} onSelect={onSelect} />
          </ViewportPortal>
        )}
        {parts.nodes.length > 40 && <GraphOverview places={places} />}
        {parts.nodes.length <= many && <Background gap={20} size={1} />}
        {flowsTo === 'down' && !properties.bare && (
          <Panel position="top-right">
            <GraphLegend />
          </Panel>
        )}
      </ReactFlow>
    </div>
  );
}

/** The point of the process that stands in the middle of the frame. */
function middleOf(
  frame: HTMLElement | null,
  flow: ReturnType<typeof useReactFlow<FlowNode, FlowEdge>>,
): { x: number; y: number } | null {
  if (!frame || !flow.viewportInitialized) return null;
  const { left, top, width, height } = frame.getBoundingClientRect();
  return flow.screenToFlowPosition({ x: left + width / 2, y: top + height / 2 });
}

/** An activity out of sight may be drawn only after the picture has moved. */
function focusWhenDrawn(frame: HTMLElement | null, id: string, pictures = 20): void {
  const node = frame?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
  if (node) node.focus({ preventScroll: true });
  else if (pictures > 0) requestAnimationFrame(() => focusWhenDrawn(frame, id, pictures - 1));
}
