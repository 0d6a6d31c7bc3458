import type { Connection } from '@xyflow/react';
import type { DragEvent, MouseEvent } from 'react';
import type { FlowEdge } from './graph-edges.tsx';
import type { GraphEditing } from './graph-editing.ts';
import type { FlowNode } from './graph-nodes.tsx';

interface CanvasActsInput {
  readonly editing: GraphEditing | undefined;
  readonly onSelect: (id: string | null) => void;
  readonly endMove: (moved: readonly FlowNode[]) => void;
  /** From the window's coordinates to the canvas's own. */
  readonly place: (at: { readonly x: number; readonly y: number }) => { readonly x: number; readonly y: number };
}

/** What something dragged from the palette is carried as. */
export const paletteFormat = 'application/x-lockstep-step';

/** What the mouse does on the canvas. */
export function canvasActs({ editing, onSelect, endMove, place }: CanvasActsInput) {
  return {
    onNodeClick: ({ shiftKey, ctrlKey, metaKey }: MouseEvent, { id }: FlowNode): void => {
      // with one of these keys the canvas adds it to those that are chosen
      if (!editing || !(shiftKey || ctrlKey || metaKey)) onSelect(id);
    },
    onPaneClick: (): void => onSelect(null),
    onEdgeClick: ({ target }: MouseEvent, { id }: FlowEdge): void =>
      (target as Element).closest('[data-plus]') ? editing?.insertOn(id) : editing?.chooseEdge(id),
    onNodeDragStop: (_event: unknown, _node: FlowNode, moved: FlowNode[]): void => endMove(moved),
    onSelectionDragStop: (_event: unknown, moved: FlowNode[]): void => endMove(moved),
    onConnect: ({ source, target }: Connection): void => editing?.connect(source, target),
    isValidConnection: ({ source, target }: Connection | FlowEdge): boolean =>
      editing?.mayConnect(source, target) ?? false,
    onDragOver: (event: DragEvent): void => {
      if (editing && event.dataTransfer.types.includes(paletteFormat)) event.preventDefault();
    },
    onDrop: (event: DragEvent): void => {
      const dropped = event.dataTransfer.getData(paletteFormat);
      if (!dropped || !editing) return;
      event.preventDefault();
      editing.drop(dropped, place({ x: event.clientX, y: event.clientY }));
    },
  };
}
