import { LockstepError } from '../failure/index.ts';
import type { Activity, Edge, ProcessDocument } from '../process/index.ts';

/** One level of a process: activities by name and the edges between them. */
export interface Graph {
  readonly activities: ReadonlyMap<string, Activity>;
  readonly incoming: ReadonlyMap<string, readonly Edge[]>;
  readonly outgoing: ReadonlyMap<string, readonly Edge[]>;
  /** Starts when its graph starts. */
  readonly starts: ReadonlySet<string>;
}

const compiled = new WeakMap<Activity, Graph>();

/** The graph of a process or of a container within it; containers without edges start all their children. */
export function graphAt(document: ProcessDocument, path: readonly string[]): Graph {
  let holder = document.rootActivity;
  for (const name of path) {
    const child = holder.children?.find((activity) => activity.name === name);
    if (!child) throw new LockstepError('process-not-valid', `The process has no activity "${path.join('/')}".`);
    holder = child;
  }
  let graph = compiled.get(holder);
  if (!graph) {
    graph = compile(holder);
    compiled.set(holder, graph);
  }
  return graph;
}

function compile(holder: Activity): Graph {
  const activities = new Map<string, Activity>();
  for (const child of holder.children ?? []) {
    if (activities.has(child.name))
      throw new LockstepError('process-not-valid', `Two activities are named "${child.name}".`, {
        hint: 'Rename one of them: edges and expressions refer to names.',
      });
    activities.set(child.name, child);
  }
  const edges = holder.edges ?? [];
  const incoming = new Map<string, Edge[]>();
  const outgoing = new Map<string, Edge[]>();
  const starts = new Set<string>(edges.length === 0 ? activities.keys() : []);
  for (const edge of edges) {
    for (const end of [edge.from, edge.to])
      if (end !== undefined && !activities.has(end))
        throw new LockstepError('process-not-valid', `An edge refers to the activity "${end}", which does not exist.`);
    if (edge.from === undefined) starts.add(edge.to);
    else {
      incoming.set(edge.to, [...(incoming.get(edge.to) ?? []), edge]);
      outgoing.set(edge.from, [...(outgoing.get(edge.from) ?? []), edge]);
    }
  }
  refuseCircles(activities, outgoing);
  return { activities, incoming, outgoing, starts };
}

function refuseCircles(
  activities: ReadonlyMap<string, Activity>,
  outgoing: ReadonlyMap<string, readonly Edge[]>,
): void {
  const done = new Set<string>();
  for (const start of activities.keys()) {
    // depth first with its own stack: processes of thousands of activities in a row exist
    const trail: { name: string; next: number }[] = done.has(start) ? [] : [{ name: start, next: 0 }];
    const open = new Set(trail.map(({ name }) => name));
    while (trail.length > 0) {
      const here = trail.at(-1)!;
      const edge = outgoing.get(here.name)?.[here.next++];
      if (!edge) {
        done.add(here.name);
        open.delete(here.name);
        trail.pop();
      } else if (open.has(edge.to)) {
        const circle = [
          ...trail.slice(trail.findIndex(({ name }) => name === edge.to)).map(({ name }) => name),
          edge.to,
        ];
        throw new LockstepError('process-not-valid', `These activities wait for each other: ${circle.join(' → ')}.`, {
          hint: 'Remove one of the edges.',
        });
      } else if (!done.has(edge.to)) {
        open.add(edge.to);
        trail.push({ name: edge.to, next: 0 });
      }
    }
  }
}
