import type { ProcessActivity, ProcessDocument } from '../api/types.ts';
import { levelOf, sameEdge } from './address.ts';
import { graphParts } from './graph-parts.ts';
import type { Mark } from './mark.ts';

/**
 * Two versions as one graph: the later one, and in it what only the former one had. Marks by node and edge id;
 * `changed` are the names of the activities that differ in themselves.
 */
export function mergeForDifference(
  before: ProcessDocument,
  after: ProcessDocument,
  changed: ReadonlySet<string>,
): { document: ProcessDocument; marks: ReadonlyMap<string, Mark> } {
  const added = new Set<ProcessActivity>();
  const removed = new Set<ProcessActivity>();
  const edgeMarks = new Map<unknown, Mark>();
  const mark = (activity: ProcessActivity, set: Set<ProcessActivity>): ProcessActivity => {
    const children = activity.children?.map((child) => mark(child, set));
    const copy = children ? { ...activity, children } : { ...activity };
    set.add(copy);
    for (const edge of copy.edges ?? []) edgeMarks.set(edge, set === added ? 'added' : 'removed');
    return copy;
  };
  const merge = (old: ProcessActivity, now: ProcessActivity): ProcessActivity => {
    const [oldLevel, level] = [levelOf(old), levelOf(now)];
    const former = new Map((oldLevel.children ?? []).map((child) => [child.name, child]));
    const present = new Set((level.children ?? []).map(({ name }) => name));
    const children = [
      ...(level.children ?? []).map((child) => {
        const same = former.get(child.name);
        return same ? merge(same, child) : mark(child, added);
      }),
      ...(oldLevel.children ?? []).filter(({ name }) => !present.has(name)).map((child) => mark(child, removed)),
    ];
    const lost = (oldLevel.edges ?? []).filter((edge) => !level.edges?.some((one) => sameEdge(one, edge)));
    const kept = level.edges ?? [];
    for (const edge of kept) if (!oldLevel.edges?.some((one) => sameEdge(one, edge))) edgeMarks.set(edge, 'added');
    for (const edge of lost) edgeMarks.set(edge, 'removed');
    if (children.length === 0 && kept.length + lost.length === 0) return now;
    const merged = { ...level, children, edges: [...kept, ...lost] };
    return level === now ? merged : { ...now, children: [merged] };
  };
  // where things stood in either version says nothing of the two together
  const document = withoutOffsets({ ...after, rootActivity: merge(before.rootActivity, after.rootActivity) });
  const marks = new Map<string, Mark>();
  const { nodes, edges } = graphParts(document.laidOut);
  for (const { id, kind, activity } of nodes) {
    const original = document.originals.get(activity) ?? activity;
    if (kind === 'start') continue;
    if (added.has(original)) marks.set(id, 'added');
    else if (removed.has(original)) marks.set(id, 'removed');
    else if (changed.has(activity.name)) marks.set(id, 'changed');
  }
  for (const { id, edge } of edges) {
    const known = edgeMarks.get(edge);
    if (known) marks.set(id, known);
  }
  return { document: document.laidOut, marks };
}

function withoutOffsets(document: ProcessDocument) {
  const originals = new Map<ProcessActivity, ProcessActivity>();
  const strip = (activity: ProcessActivity): ProcessActivity => {
    const children = activity.children?.map(strip);
    const { offsets: _, ...rest } = activity as ProcessActivity & { offsets?: unknown };
    const copy = (children ? { ...rest, children } : rest) as ProcessActivity;
    originals.set(copy, activity);
    return copy;
  };
  return { laidOut: { ...document, rootActivity: strip(document.rootActivity) }, originals };
}
