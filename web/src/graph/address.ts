import type { ProcessActivity, ProcessDocument, ProcessEdge } from '../api/types.ts';

/**
 * Where an activity stands: the names from the root's level down; a name that its level holds several times (a fault) is
 * followed by which of them is meant. An address survives edits of its neighbours, and means the same activity in a
 * version that somebody else saved.
 */
export type Address = readonly Segment[];
type Segment = string | readonly [name: string, nth: number];

/** The same as one word; without quotes, since the canvas writes ids into selectors. */
export function addressId(address: Address): string {
  return encodeURIComponent(JSON.stringify(address));
}

/** What holds an activity's inner graph: itself, or the one activity of type `graph` within it. */
export function levelOf(activity: ProcessActivity): ProcessActivity {
  const [only, ...others] = activity.children ?? [];
  return !activity.edges && only?.type === 'graph' && others.length === 0 ? only : activity;
}

/** The segments of a level's children, in order. */
export function segmentsOf(level: ProcessActivity): Segment[] {
  const seen = new Map<string, number>();
  return (level.children ?? []).map(({ name }) => {
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    return nth === 1 ? name : [name, nth];
  });
}

export function isContainer(activity: ProcessActivity): boolean {
  return (activity.children?.length ?? 0) > 0 || /iterator$/i.test(activity.type) || activity.type === 'graph';
}

/** The activity at an address (the root for an empty one), or null where a version has none there. */
export function activityAt(document: ProcessDocument, address: Address): ProcessActivity | null {
  let found: ProcessActivity = document.rootActivity;
  for (const segment of address) {
    const child = levelOf(found).children?.[indexOf(levelOf(found), segment)];
    if (!child) return null;
    found = child;
  }
  return found;
}

export function indexOf(level: ProcessActivity, segment: Segment): number {
  const [name, nth] = typeof segment === 'string' ? [segment, 1] : segment;
  let seen = 0;
  return (level.children ?? []).findIndex((child) => child.name === name && ++seen === nth);
}

/** The document with the level at an address changed; null where no such level is. Everything else stays the same value. */
export function changeLevel(
  document: ProcessDocument,
  address: Address,
  change: (level: ProcessActivity) => ProcessActivity | null,
): ProcessDocument | null {
  const rootActivity = changeBelow(document.rootActivity, address, (activity) => {
    const level = levelOf(activity);
    const changed = change(level);
    if (!changed || level === activity) return changed;
    return { ...activity, children: [changed] };
  });
  return rootActivity && { ...document, rootActivity };
}

/** The document with one activity changed; null where it is not there. */
export function changeActivity(
  document: ProcessDocument,
  address: Address,
  change: (activity: ProcessActivity) => ProcessActivity | null,
): ProcessDocument | null {
  const rootActivity = changeBelow(document.rootActivity, address, change);
  return rootActivity && { ...document, rootActivity };
}

function changeBelow(
  holder: ProcessActivity,
  [first, ...rest]: Address,
  change: (activity: ProcessActivity) => ProcessActivity | null,
): ProcessActivity | null {
  if (first === undefined) return change(holder);
  const level = levelOf(holder);
  const index = indexOf(level, first);
  const child = level.children?.[index];
  const changed = child ? changeBelow(child, rest, change) : null;
  if (!changed) return null;
  const children = level.children?.with(index, changed) ?? [];
  return level === holder ? { ...holder, children } : { ...holder, children: [{ ...level, children }] };
}

/** Every activity with its address, outer ones first; graphs that only hold a level are passed through. */
export function listActivities(document: ProcessDocument): { address: Address; activity: ProcessActivity }[] {
  const found: { address: Address; activity: ProcessActivity }[] = [];
  const visit = (holder: ProcessActivity, above: Address): void => {
    const level = levelOf(holder);
    const segments = segmentsOf(level);
    level.children?.forEach((activity, index) => {
      const address = [...above, segments[index]!];
      found.push({ address, activity });
      visit(activity, address);
    });
  };
  visit(document.rootActivity, []);
  return found;
}

export const edgeTypes = ['SUCCESS', 'FAILURE', 'ALWAYS', 'VALUE'] as const;

/** Exports write edge types in any letter case, and leave ALWAYS out. */
export function edgeTypeOf(edge: ProcessEdge): ProcessEdge['type'] {
  const type = String(edge.type ?? 'ALWAYS').toUpperCase();
  return (edgeTypes as readonly string[]).includes(type) ? (type as ProcessEdge['type']) : 'ALWAYS';
}

export function sameEdge(one: ProcessEdge, other: ProcessEdge): boolean {
  return (
    (one.from || undefined) === (other.from || undefined) &&
    one.to === other.to &&
    edgeTypeOf(one) === edgeTypeOf(other) &&
    (one.value ?? '') === (other.value ?? '')
  );
}
