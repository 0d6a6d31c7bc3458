import { sameName } from '../plugin/index.ts';
import {
  type Activity,
  type ProcessDocument,
  readUse,
  sameJson,
  type UseValue,
  visitActivities,
} from '../process/index.ts';
import { isMoved } from './moved-property.ts';
import type { UseChange } from './plan.ts';
import { propertiesOf } from './properties-of.ts';

/** Activities that a person gave another name since: as applied → now [DO-6]. */
export function renamedActivities(applied: ProcessDocument, current: ProcessDocument): ReadonlyMap<string, string> {
  const [before, now] = [placed(applied), placed(current)];
  const gone = before.filter(({ name }) => !now.some((one) => one.name === name));
  const come = now.filter(({ name }) => !before.some((one) => one.name === name));
  const renamed = new Map<string, string>();
  for (const one of gone) {
    const alike = come.filter((other) => other.what === one.what);
    const rivals = gone.filter((other) => other.what === one.what);
    const same = alike.filter((other) => sameJson(other.content, one.content));
    const [only] = alike.length === 1 && rivals.length === 1 ? alike : same;
    if (only && (same.length === 1 || alike.length === 1) && !new Set(renamed.values()).has(only.name)) {
      renamed.set(one.name, only.name);
    }
  }
  return renamed;
}

interface Placed {
  readonly name: string;
  /** In which graph, of which type, plugin, step type and version. */
  readonly what: string;
  readonly content: unknown;
}

function placed(document: ProcessDocument): Placed[] {
  const found: Placed[] = [];
  const visit = (activity: Activity, holder: string): void => {
    for (const child of activity.children ?? []) {
      const { name: _name, ...content } = child;
      const use = readUse(child);
      const what = JSON.stringify([
        holder,
        child.type,
        use && [use.pluginId, use.pluginName, use.stepType, use.pluginVersion],
      ]);
      if (child.type !== 'graph') found.push({ name: child.name, what, content });
      visit(child, child.type === 'graph' ? holder : child.name);
    }
  };
  visit(document.rootActivity, '');
  return found;
}

/** The document with activities under other names, and edges and places on the canvas that follow them. */
export function renameActivities(document: ProcessDocument, names: ReadonlyMap<string, string>): ProcessDocument {
  if (names.size === 0) return document;
  const named = (name: string | undefined): string | undefined =>
    name === undefined ? name : (names.get(name) ?? name);
  const within = (activity: Activity): Activity => {
    const next: Record<string, unknown> = { ...activity, name: named(activity.name) };
    if (activity.children) next['children'] = activity.children.map(within);
    if (activity.edges) {
      next['edges'] = activity.edges.map((edge) => ({
        ...edge,
        ...(edge.from !== undefined && { from: named(edge.from) }),
        to: named(edge.to),
      }));
    }
    const offsets = activity['offsets'];
    if (Array.isArray(offsets)) {
      next['offsets'] = offsets.map((offset: { name?: string }) =>
        offset?.name === undefined ? offset : { ...offset, name: named(offset.name) },
      );
    }
    return next as unknown as Activity;
  };
  return { ...document, rootActivity: within(document.rootActivity) };
}

/** The uses of a document that stand where the upgrade brought them, with their properties under the old names [DO-6]. */
export function underOldNames(
  document: ProcessDocument,
  uses: readonly UseChange[],
  before: ProcessDocument,
): ProcessDocument {
  const formerly = activitiesByName(before);
  return mapUsesAt(document, uses, (activity, change) => {
    const properties = propertiesOf(activity);
    const names = oldNames(change, formerly.get(activity.name));
    if (!Object.keys(properties).some((name) => names.has(name))) return activity;
    return { ...activity, properties: moved(properties, names) };
  });
}

/** Uses that stay where the upgrade brought them, with their properties as they are now: their names are right there. */
export function underNamesAtRest(
  document: ProcessDocument,
  uses: readonly UseChange[],
  current: ProcessDocument,
): ProcessDocument {
  const now = activitiesByName(current);
  return mapUsesAt(document, uses, (activity) => {
    const own = now.get(activity.name)?.['properties'];
    return own === undefined || sameJson(own, activity['properties']) ? activity : { ...activity, properties: own };
  });
}

/** Name at rest → the name before; none where two old names lead there and nothing tells which it was. */
export function oldNames(
  { properties, renames = [] }: UseChange,
  before: Activity | undefined,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const held = before ? propertiesOf(before) : {};
  for (const [, name] of renames) {
    const candidates = renames.filter((pair) => pair[1] === name).map(([was]) => was);
    const [only, ...more] = candidates.length > 1 ? candidates.filter((was) => Object.hasOwn(held, was)) : candidates;
    if (only !== undefined && more.length === 0) names.set(name, only);
  }
  for (const change of properties) if (isMoved(change)) names.set(change.name, change.was!);
  return names;
}

function moved(
  properties: Readonly<Record<string, UseValue>>,
  names: ReadonlyMap<string, string>,
): Record<string, UseValue> {
  const kept = new Set(Object.keys(properties).filter((name) => !names.has(name)));
  const entries = Object.entries(properties).map(([name, value]): [string, UseValue] => {
    const was = names.get(name);
    // somebody uses the old name for something else: the two are not thrown together
    return [was === undefined || kept.has(was) ? name : was, value];
  });
  return Object.fromEntries(entries);
}

/** The document with those uses made otherwise that stand where the upgrade brought them. */
function mapUsesAt(
  document: ProcessDocument,
  uses: readonly UseChange[],
  by: (activity: Activity, change: UseChange) => Activity,
): ProcessDocument {
  const changes = new Map(uses.filter(({ to }) => to !== null).map((use) => [use.activity, use]));
  if (changes.size === 0) return document;
  const within = (activity: Activity): Activity => {
    const children = activity.children?.map(within);
    const isSame = !children || children.every((child, index) => child === activity.children?.[index]);
    const next = isSame ? activity : { ...activity, children };
    const change = changes.get(activity.name);
    const at = change?.to;
    const use = readUse(activity);
    if (!change || !at || !use || !sameName(use.stepType, at.stepType) || use.pluginVersion !== at.version) return next;
    return by(next, change);
  };
  const root = within(document.rootActivity);
  return root === document.rootActivity ? document : { ...document, rootActivity: root };
}

/** Of two with one name the last. */
export function activitiesByName({ rootActivity }: ProcessDocument): Map<string, Activity> {
  const found = new Map<string, Activity>();
  visitActivities(rootActivity, (activity) => void found.set(activity.name, activity));
  return found;
}
