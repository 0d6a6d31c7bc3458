import type { Problem } from '../failure/index.ts';
import type { Activity, Edge, ProcessDocument } from './document.ts';
import { readUse, visitActivities } from './list-uses.ts';
import { visitReferences } from './output-reference.ts';

/**
 * What is wrong with a process's graphs: edges to or from activities that do not exist, activities that nothing leads
 * to, cycles, two activities of one name, uses without a version, and references to outputs of activities that do not
 * exist. A process with such faults can be kept and upgraded all the same.
 */
export function checkGraph(document: ProcessDocument): Problem[] {
  const activities: Activity[] = [];
  visitActivities(document.rootActivity, (activity) => activities.push(activity));
  const inner = activities.slice(1);
  return [
    ...checkNames(inner),
    ...activities.filter((activity) => activity.edges !== undefined).flatMap(checkEdges),
    ...inner.flatMap(checkVersion),
    ...checkReferences(document, new Set(inner.map(({ name }) => name))),
  ];
}

function checkNames(activities: readonly Activity[]): Problem[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { name, type } of activities) {
    if (type === 'graph') continue;
    if (seen.has(name)) twice.add(name);
    seen.add(name);
  }
  return Array.from(twice, (name) =>
    problem('duplicate-activity', 'error', `Two activities are named "${name}".`, 'Give each activity its own name.'),
  );
}

function checkEdges(graph: Activity): Problem[] {
  const edges = graph.edges ?? [];
  const children = (graph.children ?? []).map(({ name }) => name);
  const known = new Set(children);
  const unknown = edges
    .flatMap(({ from, to }) => (from ? [from, to] : [to]))
    .filter((name, index, all) => !known.has(name) && all.indexOf(name) === index);
  const reached = reachable(edges);
  return [
    ...unknown.map((name) =>
      problem('unknown-edge-end', 'error', `An edge names "${name}", and no activity of its graph is called so.`),
    ),
    ...children
      .filter((name) => !reached.has(name))
      .map((name) => problem('unreachable-activity', 'warning', `Nothing leads to the activity "${name}".`)),
    ...findCycles(edges).map((cycle) =>
      problem(
        'cycle',
        'error',
        `The edges lead in a circle: ${cycle.map((name) => `"${name}"`).join(' → ')}.`,
        'Remove one of these edges.',
      ),
    ),
  ];
}

/** The names that a graph's start edges lead to, by any edge. */
export function reachable(edges: readonly Edge[]): Set<string> {
  const next = successors(edges);
  const reached = new Set<string>();
  const open = edges.filter(({ from }) => !from).map(({ to }) => to);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    open.push(...(next.get(name) ?? []));
  }
  return reached;
}

function successors(edges: readonly Edge[]): Map<string, string[]> {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) {
    if (!from) continue;
    const list = next.get(from);
    if (list) list.push(to);
    else next.set(from, [to]);
  }
  return next;
}

/** One cycle for each edge that closes one, each as names that begin and end with the same; without recursion. */
function findCycles(edges: readonly Edge[]): string[][] {
  const next = successors(edges);
  const done = new Set<string>();
  const cycles: string[][] = [];
  for (const start of next.keys()) {
    const trail: string[] = [];
    const onTrail = new Map<string, number>();
    const open: { name: string; left: string[] }[] = [];
    const enter = (name: string) => {
      onTrail.set(name, trail.length);
      trail.push(name);
      open.push({ name, left: [...(next.get(name) ?? [])] });
    };
    if (!done.has(start)) enter(start);
    for (let top = open.at(-1); top; top = open.at(-1)) {
      const name = top.left.shift();
      if (name === undefined) {
        done.add(top.name);
        onTrail.delete(top.name);
        trail.pop();
        open.pop();
      } else if (onTrail.has(name)) cycles.push([...trail.slice(onTrail.get(name)), name]);
      else if (!done.has(name)) enter(name);
    }
  }
  return cycles;
}

function checkVersion(activity: Activity): Problem[] {
  if (activity.type !== 'plugin' || readUse(activity)) return [];
  const hint = 'Give it a "commandName", a "pluginName" and a whole number as "pluginVersion".';
  return [
    problem('use-not-readable', 'warning', `The activity "${activity.name}" names no step type of a version.`, hint),
  ];
}

/** Scopes that look like an activity in `${p:scope/name}`. */
const scopes = new Set([
  ...['agent', 'application', 'component', 'componentProcess', 'environment', 'process', 'request', 'resource'],
  ...[
    'system',
    'template',
    'version',
    'snapshot',
    'env',
    'server',
    'relatedActivity',
    'authentication',
    'link',
    'prevStep',
  ],
]);

function checkReferences(document: ProcessDocument, names: ReadonlySet<string>): Problem[] {
  const problems = new Map<string, Problem>();
  visitReferences(document, ({ holder, text, meant }) => {
    // the older form and scripts hold names of other things too
    if (!/^\$\{p(?:\?|&#63;)?:/.test(text)) return;
    if (meant.some(({ activity }) => names.has(activity)) || isScope(meant.at(-1)?.activity ?? '')) return;
    const who = holder ? `The activity "${holder.name}"` : 'The process';
    const message = `${who} uses ${text}, and no activity is called "${meant[0]?.activity}".`;
    problems.set(message, problem('lost-reference', 'warning', message));
  });
  return [...problems.values()];
}

/** `resource` and also `resource.parent`, `version.name` and the like. */
function isScope(name: string): boolean {
  return scopes.has(name.split(/[.:]/, 1)[0] as string);
}

function problem(code: string, severity: Problem['severity'], message: string, hint?: string): Problem {
  return hint ? { code, severity, message, hint } : { code, severity, message };
}
