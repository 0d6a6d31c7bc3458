import { type Activity, type Edge, formatEdge, reachable } from '../process/index.ts';
import type { GraphChange } from './plan.ts';

/** A graph after activities were taken out of it. */
export interface Removal {
  readonly root: Activity;
  /** Every activity that is gone: those asked for, what only their FAILURE branch led to, and all that these hold. */
  readonly removed: ReadonlySet<Activity>;
  readonly changes: readonly GraphChange[];
}

/**
 * Takes activities out of a process and joins their neighbours [STEP-5]: each edge that came in goes on to each successor
 * that followed on ALWAYS or SUCCESS and keeps its type; what only a FAILURE branch led to goes too. Works at any depth;
 * `places` are child indexes from the root, each to one activity.
 */
export function removeActivities(root: Activity, places: readonly (readonly number[])[]): Removal {
  const removed = new Set<Activity>();
  const changes: GraphChange[] = [];
  return { root: within(root, places, []), removed, changes };

  function within(graph: Activity, below: readonly (readonly number[])[], path: readonly number[]): Activity {
    if (below.length === 0) return graph;
    const children = graph.children ?? [];
    const leaving = new Set(below.filter((place) => place.length === 1).map(([index]) => children[index as number]));
    const deeper = new Map<number, (readonly number[])[]>();
    for (const [index, ...rest] of below) {
      if (rest.length === 0 || leaving.has(children[index as number])) continue;
      deeper.set(index as number, [...(deeper.get(index as number) ?? []), rest]);
    }
    const changed = new Map<Activity, Activity>();
    for (const [index, rest] of deeper) {
      const child = children[index] as Activity;
      changed.set(child, within(child, rest, [...path, index]));
    }
    const joined = leaving.size > 0 ? takeOut(graph, leaving as Set<Activity>, path) : graph;
    if (changed.size === 0) return joined;
    return { ...joined, children: (joined.children ?? []).map((child) => changed.get(child) ?? child) };
  }

  function takeOut(graph: Activity, leaving: ReadonlySet<Activity>, path: readonly number[]): Activity {
    const before = graph.edges ?? [];
    const names = new Set(Array.from(leaving, ({ name }) => name));
    const joined = [...names].reduce<readonly Edge[]>(joinAround, before);
    const dropped = onlyReachedBefore(before, joined, names);
    // what nothing leads to may lead to them: it goes on to what stays, as when they had been taken out first
    const edges = [...dropped].reduce<readonly Edge[]>(joinAround, joined);
    note(graph, leaving, dropped, before, edges, path);
    const stays = (child: Activity) => !leaving.has(child) && !dropped.has(child.name);
    for (const child of graph.children ?? []) if (!stays(child)) markRemoved(child);
    return {
      ...graph,
      ...(graph.children && { children: graph.children.filter(stays) }),
      ...(graph.edges && { edges }),
      ...withoutOffsets(graph, new Set([...names, ...dropped])),
    };
  }

  function note(
    graph: Activity,
    leaving: ReadonlySet<Activity>,
    dropped: ReadonlySet<string>,
    before: readonly Edge[],
    after: readonly Edge[],
    path: readonly number[],
  ): void {
    const add = (kind: GraphChange['kind'], text: string) => changes.push({ kind, graph: path, text, rule: 'STEP-5' });
    for (const child of graph.children ?? []) {
      if (leaving.has(child)) add('activity-removed', `"${child.name}"`);
      else if (dropped.has(child.name)) add('activity-removed', `"${child.name}": only a FAILURE branch led to it`);
    }
    for (const edge of before) if (!after.includes(edge)) add('edge-removed', formatEdge(edge));
    for (const edge of after) if (!before.includes(edge)) add('edge-added', formatEdge(edge));
  }

  function markRemoved(activity: Activity): void {
    removed.add(activity);
    for (const child of activity.children ?? []) markRemoved(child);
  }
}

function joinAround(edges: readonly Edge[], name: string): readonly Edge[] {
  const successors = edges.filter(
    ({ from, to, type }) =>
      from === name && to !== name && (type === 'ALWAYS' || type === 'SUCCESS' || type === undefined),
  );
  const result: Edge[] = [];
  for (const edge of edges) {
    if (edge.from === name) continue;
    if (edge.to !== name) {
      result.push(edge);
      continue;
    }
    for (const { to } of successors) {
      const joined = { ...edge, to };
      if (![...edges, ...result].some((other) => sameEdge(other, joined))) result.push(joined);
    }
  }
  return result;
}

function sameEdge(a: Edge, b: Edge): boolean {
  return (a.from ?? '') === (b.from ?? '') && a.to === b.to && a.type === b.type && (a.value ?? '') === (b.value ?? '');
}

/** What was led to before and is not any more; an activity that nothing led to in the first place stays. */
function onlyReachedBefore(before: readonly Edge[], after: readonly Edge[], names: ReadonlySet<string>): Set<string> {
  const still = reachable(after);
  return new Set([...reachable(before)].filter((name) => !still.has(name) && !names.has(name)));
}

/** Where the canvas drew the activities that are gone. */
function withoutOffsets(graph: Activity, gone: ReadonlySet<string>): Record<string, unknown> {
  const offsets = graph['offsets'];
  if (!Array.isArray(offsets)) return {};
  return { offsets: offsets.filter((offset) => !gone.has(String((offset as { name?: unknown })?.name))) };
}
