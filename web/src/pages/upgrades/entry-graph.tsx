import { useMemo } from 'react';
import type { PlanEntryDetail, ProcessDocument } from '../../api/types.ts';
import { layOut } from '../../graph/graph-layout.ts';
import { type GraphParts, graphParts } from '../../graph/graph-parts.ts';
import type { Mark } from '../../graph/mark.ts';
import { mergeForDifference } from '../../graph/merge-for-difference.ts';
import { ProcessGraph } from '../../graph/process-graph.tsx';
import { useBoxes } from '../../graph/use-boxes.ts';
import { useText } from '../../text/index.tsx';
import classes from './entry-review.module.css';

export const graphViews = ['overlay', 'before', 'after'] as const;
export type GraphView = (typeof graphViews)[number];

/** Up to so many activities a graph is laid out at once, from left to right; larger ones aside, from top to bottom. */
const small = 60;

/** The process as a picture: both versions in one, or either. */
export function EntryGraph({ detail, view }: { readonly detail: PlanEntryDetail; readonly view: GraphView }) {
  const { say } = useText();
  const { document, marks } = useMemo(() => pictureOf(detail, view), [detail, view]);
  const parts = useMemo(() => graphParts(document), [document]);
  const label = say('process.graphOf', { name: detail.entry.name });
  if (parts.nodes.length === 0) return null;
  return parts.nodes.length <= small ? (
    <Small parts={parts} marks={marks} label={label} />
  ) : (
    <Large document={document} parts={parts} marks={marks} label={label} />
  );
}

interface PictureProperties {
  readonly parts: GraphParts;
  readonly marks: ReadonlyMap<string, Mark>;
  readonly label: string;
}

function Small({ parts, marks, label }: PictureProperties) {
  const boxes = useMemo(() => layOut(parts, 'right'), [parts]);
  const tall = [...boxes.values()].some(({ y, height }) => y + height > 170);
  return (
    <div className={classes['graph']} data-tall={tall}>
      <ProcessGraph
        parts={parts}
        boxes={boxes}
        marks={marks}
        selected={null}
        onSelect={nothing}
        label={label}
        direction="right"
      />
    </div>
  );
}

function Large({ document, parts, marks, label }: PictureProperties & { readonly document: ProcessDocument }) {
  const { boxes } = useBoxes(document, parts);
  return (
    <div className={classes['graph']} data-tall="true">
      {boxes && (
        <ProcessGraph parts={parts} boxes={boxes} marks={marks} selected={null} onSelect={nothing} label={label} />
      )}
    </div>
  );
}

const nothing = (): void => undefined;

function pictureOf(
  { before, after, plan }: PlanEntryDetail,
  view: GraphView,
): { readonly document: ProcessDocument; readonly marks: ReadonlyMap<string, Mark> } {
  const marks = new Map<string, Mark>(
    plan.uses.flatMap(({ activity, outcome, properties }): [string, Mark][] => {
      if (outcome === 'undecided') return [[activity, 'asks']];
      if (outcome === 'renamed') return [[activity, 'renamed']];
      return properties.some(({ kind }) => kind !== 'kept') || outcome === 'carried' ? [[activity, 'changed']] : [];
    }),
  );
  if (view === 'overlay' && after) {
    const merged = mergeForDifference(before, after, new Set(marks.keys()));
    const { nodes } = graphParts(merged.document);
    const byId = new Map(merged.marks);
    for (const { id, kind, activity } of nodes) {
      const mark = marks.get(activity.name);
      if (kind !== 'start' && mark && (byId.get(id) ?? 'changed') === 'changed') byId.set(id, mark);
    }
    return { document: merged.document, marks: byId };
  }
  const document = (view === 'after' ? after : null) ?? before;
  const { nodes } = graphParts(document);
  return {
    document,
    marks: new Map(
      nodes.flatMap(({ id, kind, activity }) => {
        const mark = marks.get(activity.name);
        return kind === 'start' || !mark ? [] : [[id, mark] as const];
      }),
    ),
  };
}
