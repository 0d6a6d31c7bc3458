import { getSmoothStepPath, Position } from '@xyflow/react';
import { memo } from 'react';
import classes from './graph.module.css';
import { edgeColours, type FlowEdge } from './graph-edges.tsx';
import type { Box, Flow } from './graph-layout.ts';
import { type FlowNode, NodeFace } from './graph-nodes.tsx';

interface PictureProperties {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
  /** In the canvas's own coordinates. */
  readonly places: ReadonlyMap<string, Box>;
  readonly direction: Flow;
  readonly onSelect: (id: string) => void;
}

/**
 * A graph that is only looked at: plain elements on the canvas, which nothing listens to. What the canvas would do for
 * each of its own nodes and edges (measuring, dragging, following every movement) costs most where there are hundreds.
 */
export const GraphPicture = memo(({ nodes, edges, places, direction, onSelect }: PictureProperties) => {
  const draw = (node: FlowNode) => {
    const place = places.get(node.id);
    return place && <PictureNode key={node.id} node={node} place={place} onSelect={onSelect} />;
  };
  return (
    <>
      {nodes.filter(({ type }) => type === 'container').map(draw)}
      <svg className={classes['pictureEdges']} aria-hidden="true">
        <defs>
          {Object.entries(edgeColours).map(([type, colour]) => (
            <marker
              key={type}
              id={`arrow-${type}`}
              viewBox="-10 -10 20 20"
              markerWidth={12.5}
              markerHeight={12.5}
              markerUnits="userSpaceOnUse"
              orient="auto-start-reverse"
            >
              <polyline points="-5,-4 0,0 -5,4 -5,-4" style={{ fill: colour, stroke: colour }} strokeLinejoin="round" />
            </marker>
          ))}
        </defs>
        {edges.map((edge) => {
          const [from, to] = [places.get(edge.source), places.get(edge.target)];
          return from && to && <PictureEdge key={edge.id} edge={edge} from={from} to={to} direction={direction} />;
        })}
      </svg>
      {nodes.filter(({ type }) => type !== 'container').map(draw)}
    </>
  );
});

interface NodeProperties {
  readonly node: FlowNode;
  readonly place: Box;
  readonly onSelect: (id: string) => void;
}

const PictureNode = memo(({ node, place: { x, y, width, height }, onSelect }: NodeProperties) => {
  const { id, type, data, selected = false, domAttributes } = node;
  const properties = {
    ...domAttributes,
    'data-id': id,
    className: `react-flow__node react-flow__node-${type}`,
    style: { transform: `translate(${x}px, ${y}px)`, width, height },
  };
  const face = <NodeFace kind={type} activity={data.activity} mark={data.mark} selected={selected} />;
  if (type === 'start') return <div {...properties}>{face}</div>;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the canvas handles the keys of all nodes
    // biome-ignore lint/a11y/useSemanticElements: a container is one too, and a button holds no other
    <div {...properties} role="button" tabIndex={domAttributes?.tabIndex ?? -1} onClick={() => onSelect(id)}>
      {face}
    </div>
  );
});

interface EdgeProperties {
  readonly edge: FlowEdge;
  readonly from: Box;
  readonly to: Box;
  readonly direction: Flow;
}

const PictureEdge = memo(({ edge, from, to, direction }: EdgeProperties) => {
  const [path, x, y] = getSmoothStepPath({
    ...endsOf(from, to, direction),
    borderRadius: 12,
  });
  return (
    <g className="react-flow__edge" data-id={edge.id}>
      <path d={path} fill="none" style={edge.style ?? {}} markerEnd={`url(#arrow-${edge.data?.type})`} />
      <text x={x} y={y} className={classes['edgeLabel']} style={{ fill: edge.style?.stroke }}>
        {edge.data?.label}
      </text>
    </g>
  );
});

function endsOf(from: Box, to: Box, direction: Flow) {
  if (direction === 'right') {
    return {
      sourceX: from.x + from.width,
      sourceY: from.y + from.height / 2,
      sourcePosition: Position.Right,
      targetX: to.x,
      targetY: to.y + to.height / 2,
      targetPosition: Position.Left,
    };
  }
  return {
    sourceX: from.x + from.width / 2,
    sourceY: from.y + from.height,
    sourcePosition: Position.Bottom,
    targetX: to.x + to.width / 2,
    targetY: to.y,
    targetPosition: Position.Top,
  };
}
