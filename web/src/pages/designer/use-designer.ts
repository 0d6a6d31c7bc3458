import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { api } from '../../api/client.ts';
import type { ProcessDocument, ProcessEdge } from '../../api/types.ts';
import { type Address, addressId } from '../../graph/address.ts';
import type { GraphEditing } from '../../graph/graph-editing.ts';
import { graphParts } from '../../graph/graph-parts.ts';
import { layOutAside } from '../../graph/lay-out-aside.ts';
import { storedPositions } from '../../graph/positions.ts';
import { useText } from '../../text/index.tsx';
import { addBehind } from './add-to-graph.ts';
import { canvasEdits } from './canvas-edits.ts';
import { edit, isChanged, startEditing, type undo } from './editing.ts';
import { makeActivity } from './make-activity.ts';
import { missingValues } from './missing-values.ts';
import type { Dropped } from './new-activity.ts';
import { placeOf } from './place-of.ts';
import type { ProcessEdit } from './process-edit.ts';
import type { Home } from './process-form.tsx';
import type { Stored } from './stored.ts';
import { useSave } from './use-save.ts';

export type Designing = ReturnType<typeof useDesigner>;

/** What is edited, what of it is chosen, and everything that can be done to it. */
export function useDesigner(stored: Stored | null, beginning: ProcessDocument) {
  const { say } = useText();
  const [editing, setEditing] = useState(() => startEditing(beginning, stored?.process.version ?? null));
  const [chosenIds, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [edgeType, setEdgeType] = useState<ProcessEdge['type']>('SUCCESS');
  const [home, setHome] = useState<Home>({ kind: 'generic', owner: '' });
  const [why, setWhy] = useState('');
  const [lost, setLost] = useState<readonly ProcessEdit[]>([]);
  const save = useSave({ editing, setEditing, home, stored, why, setWhy });
  const palette = useQuery({ queryKey: ['step-types'], queryFn: () => api.plugins.listStepTypes() });
  const entries = palette.data ?? [];
  const { document } = editing;
  const selected = chosenIds.size === 1 ? ([...chosenIds][0] ?? null) : null;
  const setSelected = (id: string | null): void => setChosen(new Set(id === null ? [] : [id]));
  const parts = useMemo(() => graphParts(document, { allStarts: true }), [document]);
  const boxes = useMemo(() => storedPositions(document, parts, { lenient: true }) ?? new Map(), [document, parts]);
  const marks = useMemo(() => missingValues(parts.nodes, entries), [parts, entries]);
  const chosen = parts.nodes.find(({ id, kind }) => id === selected && kind !== 'start') ?? null;
  const chosenEdge = parts.edges.find(({ id }) => id === selected) ?? null;

  const changed = isChanged(editing);
  const newer = stored !== null && editing.base !== null && stored.process.version > editing.base && !save.isPending;
  useEffect(() => {
    // nothing was done here yet: the newer version is simply shown
    if (newer && !changed) setEditing(startEditing(stored.document, stored.process.version));
  }, [newer, changed, stored]);

  const change = (...edits: readonly ProcessEdit[]): void => {
    save.reset();
    setEditing((now) => edit(now, ...edits));
    const renamed = edits.find((one) => one.kind === 'rename');
    if (renamed?.kind === 'rename') setSelected(addressId([...renamed.address.slice(0, -1), renamed.name]));
  };
  const step = (way: typeof undo): void => {
    save.reset();
    setEditing(way);
  };
  const activityOf = (dropped: Dropped) =>
    makeActivity(dropped, document, entries, (type) => say(`activity.${type}` as 'activity.finish'));
  const add = (dropped: Dropped): void => {
    const activity = activityOf(dropped);
    if (!activity) return;
    const { edits, address } = addBehind(document, activity, chosen?.address ?? null, edgeType);
    change(...edits);
    setSelected(addressId(address));
  };
  const drop: GraphEditing['drop'] = (text, at) => {
    const activity = activityOf(JSON.parse(text) as Dropped);
    if (!activity) return;
    const { level, x, y } = placeOf(at, parts.nodes, boxes);
    change({ kind: 'add', level, activity, x, y, edges: [] });
    setSelected(addressId([...level, activity.name]));
  };
  const remove = (addresses: readonly Address[]): void => {
    change(...addresses.map((address) => ({ kind: 'remove', address }) as const));
    setSelected(null);
  };
  const tidy = async (): Promise<void> => change(...movesTo(await layOutAside(parts), parts));
  const canvas = canvasEdits({ parts, edgeType, change, remove, chosen: chosenIds, setChosen });
  return {
    ...{ stored, editing, setEditing, document, parts, boxes, marks, entries, save, changed, newer, lost, setLost },
    ...{ chosenIds, selected, setSelected, chosen, chosenEdge, edgeType, setEdgeType, home, setHome, why, setWhy },
    ...{ change, step, add, drop, remove, tidy, canvas },
  };
}

function movesTo(
  laidOut: Awaited<ReturnType<typeof layOutAside>>,
  { nodes }: ReturnType<typeof graphParts>,
): ProcessEdit[] {
  return nodes.flatMap(({ id, kind, address }): ProcessEdit[] => {
    const box = laidOut.get(id);
    if (!box) return [];
    return [
      kind === 'start'
        ? { kind: 'start', level: address, x: box.x, y: box.y }
        : { kind: 'move', moves: [{ address, x: box.x, y: box.y }] },
    ];
  });
}
