import { BaseEdge, type Edge, type EdgeProps, getSmoothStepPath } from '@xyflow/react';
import { memo } from 'react';
import type { ProcessEdge } from '../api/types.ts';
import classes from './graph.module.css';
import type { Mark } from './mark.ts';

export type FlowEdge = Edge<
  { readonly type: ProcessEdge['type']; readonly label: string; readonly mark: Mark | null },
  'typed'
>;

/** Edge types by colour, for light and dark pages; the label says the same in words. */
export const edgeColours: Readonly<Record<'light' | 'dark', Readonly<Record<ProcessEdge['type'], string>>>> = {
  light: { SUCCESS: '#1e6b30', FAILURE: '#b02525', ALWAYS: '#495057', VALUE: '#6741d9' },
  dark: { SUCCESS: '#69db7c', FAILURE: '#ff8787', ALWAYS: '#ced4da', VALUE: '#b197fc' },
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
      </>
    );
  },
);

export const edgeTypes = { typed: TypedEdge };
