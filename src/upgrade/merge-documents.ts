import {
  type Activity,
  type Edge,
  isRecord,
  type ProcessDocument,
  sameJson,
  versionOf,
  visitActivities,
} from '../process/index.ts';

/** Where two changes meet: a field of an activity, the activity as a whole (`field` null), or one of the process itself. */
export interface MeetingPoint {
  /** Empty for the process itself. */
  readonly activity: string;
  readonly field: string | null;
  /** What stands there on either side; undefined: nothing. */
  readonly before: unknown;
  readonly now: unknown;
}

type Spot = Pick<MeetingPoint, 'activity' | 'field'>;

/** Which side a person chose at a meeting point; undefined while nobody has. */
export type Choose = (point: MeetingPoint) => 'theirs' | 'ours' | undefined;

export interface Merged {
  readonly document: ProcessDocument;
  /** Where nobody has chosen yet; `document` has our side there. */
  readonly open: readonly MeetingPoint[];
  /** Edges that lead to or from an activity that one side removed; left out. */
  readonly danglingEdges: readonly Edge[];
}

const absent = Symbol('absent');
type Item = unknown;

/**
 * Joins what two sides made of one document: activities by name, fields and properties one by one, edges as a set. What
 * only one side changed is taken from it; what both changed differently is for `choose`. Order follows `theirs`.
 */
export function mergeDocuments(
  base: ProcessDocument,
  ours: ProcessDocument,
  theirs: ProcessDocument,
  choose: Choose,
): Merged {
  const open: MeetingPoint[] = [];
  const danglingEdges: Edge[] = [];
  const moving = movingActivities(base, ours, theirs);
  const document = mergeRecords(base, ours, theirs, { activity: '', field: null }) as ProcessDocument;
  return { document, open, danglingEdges };

  function merge(before: Item, our: Item, their: Item, at: Spot): Item {
    if (same(our, before)) return their;
    if (same(their, before) || same(our, their)) return our;
    const key = at.field?.split('.').at(-1);
    if (key === 'rootActivity' && at.activity === '') return mergeActivity(before, our, their, at);
    if (isRecord(our) && isRecord(their)) return mergeRecords(isRecord(before) ? before : {}, our, their, at);
    if (isList(our) && isList(their) && (isList(before) || before === absent)) {
      const list = mergeLists(key, before === absent ? [] : (before as unknown[]), our, their, at);
      if (list) return list;
    }
    return decide(our, their, at);
  }

  function decide(our: Item, their: Item, at: Spot): Item {
    const point = { ...at, before: shownItem(their), now: shownItem(our) };
    const side = choose(point);
    if (side === undefined && !open.some(({ activity, field }) => activity === at.activity && field === at.field))
      open.push(point);
    return side === 'theirs' ? their : our;
  }

  function mergeRecords(before: object, our: object, their: object, at: Spot): Record<string, unknown> {
    const result: [string, unknown][] = [];
    for (const key of new Set([...Object.keys(their), ...Object.keys(our)])) {
      const field = at.field === null ? key : `${at.field}.${key}`;
      const item = merge(fieldOf(before, key), fieldOf(our, key), fieldOf(their, key), { ...at, field });
      if (item !== absent) result.push([key, item]);
    }
    return Object.fromEntries(result);
  }

  function mergeActivity(before: Item, our: Item, their: Item, at: Spot): Item {
    const [b, o, t] = [before, our, their] as [Activity, Activity, Activity];
    const point = { activity: at.activity, field: null };
    // whoever chose another step type or version since has chosen the properties for it
    if (identity(o) !== identity(b) && identity(t) !== identity(b)) {
      // a person took it back already: what is otherwise since then is an edit
      return identity(o) === identity(t) ? o : decide(o, t, point);
    }
    const merged = mergeRecords(b, o, t, point) as unknown as Activity;
    return merged.edges ? { ...merged, edges: withoutDangling(merged) } : merged;
  }

  function withoutDangling({ edges = [], children = [] }: Activity): Edge[] {
    const names = new Set(children.map(({ name }) => name));
    return edges.filter((edge) => {
      const stands = names.has(edge.to) && (!edge.from || names.has(edge.from));
      const known = [base, ours, theirs].some(({ rootActivity }) => danglesAlready(rootActivity, edge));
      if (!stands && !known) danglingEdges.push(edge);
      return stands || known;
    });
  }

  function mergeLists(
    key: string | undefined,
    before: unknown[],
    our: unknown[],
    their: unknown[],
    at: Spot,
  ): unknown[] | null {
    if (key === 'edges') return mergeEdges(before as Edge[], our as Edge[], their as Edge[]);
    const [b, o, t] = [byName(before), byName(our), byName(their)];
    if (!b || !o || !t) return null;
    const result: unknown[] = [];
    for (const name of new Set([...t.keys(), ...o.keys()])) {
      const item = mergeNamed(key === 'children', name, itemOf(b, name), itemOf(o, name), itemOf(t, name), at);
      if (item !== absent) result.push(item);
    }
    return result;
  }

  function mergeNamed(isActivity: boolean, name: string, before: Item, our: Item, their: Item, at: Spot): Item {
    const point = isActivity
      ? { activity: nameOf(our === absent ? their : our), field: null }
      : { ...at, field: `${at.field}.${name}` };
    if (same(our, before)) return their;
    if (isActivity && before === absent && their === absent) return mergeMoved(our as Activity);
    if (same(their, before) || same(our, their)) return our;
    // a person took it out: there is nothing left in it to take back
    if (our === absent) return absent;
    if (their === absent || before === absent) return decide(our, their, point);
    return isActivity ? mergeActivity(before, our, their, point) : merge(before, our, their, point);
  }

  /** What came to this place may have stood in another one: it is merged where it is now, and so is what it holds. */
  function mergeMoved(our: Activity): Item {
    const [before, their] = moving(our.name) ?? [];
    if (before && their) return mergeActivity(before, our, their, { activity: our.name, field: null });
    return our.children ? { ...our, children: our.children.map(mergeMoved) } : our;
  }
}

/** An activity as it stands in `base` and in `theirs`, where each document has it once, in whichever place. */
function movingActivities(...documents: readonly [ProcessDocument, ProcessDocument, ProcessDocument]) {
  const [base, ours, theirs] = documents.map(({ rootActivity }) => {
    const found = new Map<string, Activity | null>();
    visitActivities(rootActivity, (activity) => {
      if (activity.type !== 'graph') found.set(activity.name, found.has(activity.name) ? null : activity);
    });
    return found;
  });
  return (name: string): readonly [Activity, Activity] | null => {
    const [before, their] = [base?.get(name), theirs?.get(name)];
    return before && their && ours?.get(name) ? [before, their] : null;
  };
}

function identity(activity: Activity): string {
  const { commandName, pluginName, pluginId } = activity as Readonly<Record<string, unknown>>;
  return JSON.stringify([activity.type, commandName, pluginName, pluginId, versionOf(activity['pluginVersion'])]);
}

function mergeEdges(before: readonly Edge[], ours: readonly Edge[], theirs: readonly Edge[]): Edge[] {
  const [base, our, their] = [before, ours, theirs].map((edges) => new Set(edges.map(edgeKey)));
  const kept = theirs.filter((edge) => !base?.has(edgeKey(edge)) || our?.has(edgeKey(edge)));
  const added = ours.filter((edge) => !base?.has(edgeKey(edge)) && !their?.has(edgeKey(edge)));
  return [...kept, ...added];
}

function edgeKey({ from, to, type, value }: Edge): string {
  return JSON.stringify([from ?? '', to, type, value ?? '']);
}

/** An edge that led nowhere before either side changed anything. */
function danglesAlready(graph: Activity, edge: Edge): boolean {
  const names = new Set((graph.children ?? []).map(({ name }) => name));
  const key = edgeKey(edge);
  const holds = graph.edges?.some((other) => edgeKey(other) === key) ?? false;
  if (holds && !(names.has(edge.to) && (!edge.from || names.has(edge.from)))) return true;
  return graph.children?.some((child) => danglesAlready(child, edge)) ?? false;
}

/** Named things by name, graphs and repeated names by their count; null for a list of anything else. */
function byName(list: readonly unknown[]): Map<string, unknown> | null {
  const items = new Map<string, unknown>();
  for (const item of list) {
    if (!isRecord(item) || typeof item['name'] !== 'string') return null;
    const name = item['type'] === 'graph' ? 'graph' : item['name'];
    let key = name;
    for (let count = 2; items.has(key); count++) key = `${name} (${count})`;
    items.set(key, item);
  }
  return items;
}

function itemOf(items: ReadonlyMap<string, unknown>, name: string): Item {
  return items.has(name) ? items.get(name) : absent;
}

function nameOf(item: Item): string {
  return isRecord(item) ? String(item['name']) : '';
}

function fieldOf(record: object, key: string): Item {
  return Object.hasOwn(record, key) ? (record as Record<string, unknown>)[key] : absent;
}

function isList(item: Item): item is unknown[] {
  return Array.isArray(item);
}

function same(a: Item, b: Item): boolean {
  return a === absent || b === absent ? a === b : sameJson(a, b);
}

function shownItem(item: Item): unknown {
  return item === absent ? undefined : item;
}

/** The document without one property of an activity. */
export function takeOutProperty(document: ProcessDocument, name: string, property: string): ProcessDocument {
  const within = (activity: Activity): Activity => {
    const next: Record<string, unknown> = { ...activity };
    if (activity.children) next['children'] = activity.children.map(within);
    const properties = activity['properties'];
    if (activity.name === name && isRecord(properties)) {
      next['properties'] = Object.fromEntries(Object.entries(properties).filter(([key]) => key !== property));
    }
    return next as unknown as Activity;
  };
  return { ...document, rootActivity: within(document.rootActivity) };
}
