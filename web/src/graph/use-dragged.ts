import type { NodeChange } from '@xyflow/react';
import { useState } from 'react';
import type { GraphEditing } from './graph-editing.ts';
import type { FlowNode } from './graph-nodes.tsx';

/** Where activities are while they are dragged; what was chosen or moved is told when it is over. */
export function useDragged(editing: GraphEditing | undefined) {
  const [dragged, setDragged] = useState<ReadonlyMap<string, { x: number; y: number }>>(new Map());
  const onNodesChange = (changes: NodeChange<FlowNode>[]): void => {
    const moves = changes.filter((change) => change.type === 'position');
    if (moves.length > 0) {
      setDragged(
        (now) => new Map([...now, ...moves.flatMap(({ id, position }) => (position ? [[id, position] as const] : []))]),
      );
    }
    const choices = changes.filter((change) => change.type === 'select');
    if (choices.length > 0) {
      editing?.choose((now) => {
        const next = new Set(now);
        for (const { id, selected: isChosen } of choices) isChosen ? next.add(id) : next.delete(id);
        return next;
      });
    }
  };
  const endMove = (moved: readonly FlowNode[]): void => {
    editing?.move(moved.map(({ id, position }) => ({ id, ...position })));
    setDragged(new Map());
  };
  return { dragged, onNodesChange, endMove };
}
