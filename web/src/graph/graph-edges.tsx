import { BaseEdge, type Edge, type EdgeProps, getSmoothStepPath } from '@xyflow/react';
import { memo } from 'react';
import type { ProcessEdge } from '../api/types.ts';
import classes from './graph.module.css';
import type { Mark } from './mark.ts';

export type FlowEdge = Edge<
  {
    readonly type: ProcessEdge['type'];
    readonly label: string;
    readonly mark: Mark | null;
    /** Something can be put in its middle. */
    readonly grows: boolean;
  },
  'typed'
>;

/** Edge types by colour; the label says the same in words. */
export const edgeColours: Readonly<Record<ProcessEdge['type'], string>> = {
  SUCCESS: 'var(--well)',
  FAILURE: 'var(--bad)',
  ALWAYS: 'var(--ink-quiet)',
  VALUE: 'var(--ask)',
};

/** A line with its label; the label is plain SVG text that needs no measuring, since a process may have hundreds. */
const TypedEdge = memo(
  ({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, ...edge }: EdgeProps<FlowEdge>) => {
    const [path, labelX, labelY] = getSmoothStepPath({
      sourceX,
      sourceY,
      targetX,
      targetY,
      sourcePosition,
      targetPosition,
      borderRadius: 12,
    });
    return (
      <>
        <BaseEdge
          id={edge.id}
          path={path}
          {...(edge.markerEnd ? { markerEnd: edge.markerEnd } : {})}
          style={edge.style ?? {}}
          interactionWidth={edge.interactionWidth ?? 0}
        />
        <text x={labelX} y={labelY} className={classes['edgeLabel']} style={{ fill: edge.style?.stroke }}>
          {edge.data?.label}
        </text>
        {edge.data?.grows && (
          <g data-plus="" className={classes['plus']} transform={`translate(${labelX + 48} ${labelY})`}>
            <circle r={8} />
            <path d="M-3.5 0h7M0 -3.5v7" />
          </g>
        )}
      </>
    );
  },
);

export const edgeTypes = { typed: TypedEdge };
