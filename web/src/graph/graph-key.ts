import type { KeyboardEvent } from 'react';
import type { GraphEditing } from './graph-editing.ts';
import type { Box } from './graph-layout.ts';
import type { GraphParts } from './graph-parts.ts';
import { type Direction, walkFrom } from './walk-graph.ts';

const directions: Readonly<Record<string, Direction>> = {
  ArrowDown: 'down',
  ArrowUp: 'up',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};

interface Keyed {
  readonly parts: GraphParts;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly chosen: ReadonlySet<string>;
  readonly editing: GraphEditing | undefined;
  readonly focusOn: (id: string) => void;
  readonly open: (id: string) => void;
  readonly leave: () => void;
}

/** What a key does at the activity that has the focus. */
export function graphKey(event: KeyboardEvent, keyed: Keyed): void {
  const { parts, boxes, chosen, editing, focusOn, open, leave } = keyed;
  /** What a key does to a chosen activity it does to all that are chosen with it. */
  const meant = (id: string): readonly string[] => (chosen.has(id) && chosen.size > 1 ? [...chosen] : [id]);

  const id = (event.target as HTMLElement).closest<HTMLElement>('.react-flow__node')?.dataset['id'];
  if (id === undefined) return;
  const control = event.ctrlKey || event.metaKey;
  const direction = directions[event.key];
  const opens = event.key === 'Enter' || event.key === ' ';
  if (control && event.key === 'a' && editing) {
    editing.choose(() => new Set(parts.nodes.filter(({ kind }) => kind !== 'start').map((node) => node.id)));
  } else if (control) return;
  else if (direction && event.shiftKey && editing) {
    const by = { down: [0, 20], up: [0, -20], left: [-20, 0], right: [20, 0] }[direction] as [number, number];
    editing.move(
      meant(id).flatMap((one) => {
        const box = boxes.get(one);
        return box ? [{ id: one, x: box.x + by[0], y: box.y + by[1] }] : [];
      }),
    );
  } else if (direction) {
    const next = walkFrom(parts, boxes, id, direction);
    if (next) focusOn(next);
  } else if (opens && event.shiftKey && editing) editing.choose((now) => now.symmetricDifference(new Set([id])));
  else if (opens) open(id);
  else if (event.key === 'Escape') leave();
  else if ((event.key === 'Delete' || event.key === 'Backspace') && editing) {
    const gone = meant(id);
    const near = [walkFrom(parts, boxes, id, 'up'), walkFrom(parts, boxes, id, 'down')];
    editing.remove(gone);
    const next = near.find((one) => one !== null && !gone.includes(one));
    if (next) focusOn(next);
  } else return;
  event.preventDefault();
  event.stopPropagation();
}
