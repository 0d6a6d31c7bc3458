import type { ProcessActivity, ProcessDocument, ProcessEdge } from '../../api/types.ts';
import {
  type Address,
  addressId,
  changeActivity,
  changeLevel,
  indexOf,
  levelOf,
  listActivities,
  sameEdge,
} from '../../graph/address.ts';
import { activitySize } from '../../graph/graph-layout.ts';
import { offsetsOf } from '../../graph/positions.ts';

/**
 * One thing that a person did to a process, as a value: it can be kept, undone, and done again to a version that
 * somebody else saved meanwhile. Activities are meant by address; positions are left upper corners within their level.
 */
export type ProcessEdit =
  | {
      readonly kind: 'add';
      readonly level: Address;
      readonly activity: ProcessActivity;
      readonly x: number;
      readonly y: number;
      /** Edges that come with it, from or to the new activity. */
      readonly edges: readonly ProcessEdge[];
    }
  | { readonly kind: 'remove'; readonly address: Address }
  | { readonly kind: 'rename'; readonly address: Address; readonly name: string }
  | { readonly kind: 'field'; readonly address: Address; readonly field: string; readonly value: unknown }
  | {
      readonly kind: 'property';
      readonly address: Address;
      readonly property: string;
      readonly value: string | undefined;
    }
  | { readonly kind: 'connect'; readonly level: Address; readonly edge: ProcessEdge }
  | { readonly kind: 'disconnect'; readonly level: Address; readonly edge: ProcessEdge }
  | {
      readonly kind: 'edge';
      readonly level: Address;
      readonly edge: ProcessEdge;
      readonly type: ProcessEdge['type'];
      readonly value: string;
    }
  | {
      readonly kind: 'move';
      readonly moves: readonly { readonly address: Address; readonly x: number; readonly y: number }[];
    }
  | { readonly kind: 'start'; readonly level: Address; readonly x: number; readonly y: number }
  | { readonly kind: 'process'; readonly field: string; readonly value: unknown };

/** The document after an edit, or null where it cannot be done there: what it speaks of is gone, or a name is taken. */
export function applyEdit(document: ProcessDocument, edit: ProcessEdit): ProcessDocument | null {
  switch (edit.kind) {
    case 'add':
      return addActivity(document, edit);
    case 'remove':
      return removeActivity(document, edit.address);
    case 'rename':
      return renameActivity(document, edit.address, edit.name);
    case 'field':
      return changeActivity(document, edit.address, (activity) => withField(activity, edit.field, edit.value));
    case 'property':
      return changeActivity(document, edit.address, (activity) => {
        const properties = (activity['properties'] ?? {}) as Readonly<Record<string, unknown>>;
        return { ...activity, properties: withField(properties, edit.property, edit.value) };
      });
    case 'connect':
      return changeLevel(document, edit.level, (level) => {
        const names = new Set(level.children?.map(({ name }) => name));
        const ends = [edit.edge.to, edit.edge.from].filter((end) => end !== undefined);
        const there = level.edges?.some((one) => sameEdge(one, edit.edge));
        if (there || !ends.every((end) => names.has(end)) || closesCircle(level.edges ?? [], edit.edge)) return null;
        return { ...level, edges: [...(level.edges ?? []), edit.edge] };
      });
    case 'disconnect':
      return changeEdge(document, edit.level, edit.edge, () => []);
    case 'edge':
      return changeEdge(document, edit.level, edit.edge, (edge) => [{ ...edge, type: edit.type, value: edit.value }]);
    case 'move':
      return edit.moves.reduce<ProcessDocument | null>(
        (known, { address, x, y }) =>
          known && changeLevel(known, address.slice(0, -1), (level) => movedTo(level, nameOf(address), x, y)),
        document,
      );
    case 'start':
      return changeLevel(document, edit.level, (level) => placed(level, 'start', edit.x, edit.y));
    case 'process':
      return withField(document, edit.field, edit.value) as ProcessDocument;
  }
}

function withField<T extends Readonly<Record<string, unknown>>>(holder: T, field: string, value: unknown): T {
  if (value !== undefined) return { ...holder, [field]: value };
  const { [field]: _, ...rest } = holder;
  return rest as T;
}

function nameOf(address: Address): string {
  const last = address.at(-1) ?? '';
  return typeof last === 'string' ? last : last[0];
}

function addActivity(
  document: ProcessDocument,
  { level: at, activity, x, y, edges }: Extract<ProcessEdit, { kind: 'add' }>,
): ProcessDocument | null {
  if (namesIn(document).has(activity.name)) return null;
  return changeLevel(document, at, (level) => {
    const known = new Set([...(level.children ?? []).map(({ name }) => name), activity.name]);
    // an edge to an activity that is gone in another version is left out, the activity is not
    const kept = edges.filter(({ from, to }) => known.has(to) && (from === undefined || known.has(from)));
    const grown = {
      ...level,
      edges: [...(level.edges ?? []), ...kept],
      children: [...(level.children ?? []), activity],
    };
    return placed(grown, activity.name, x, y);
  });
}

function removeActivity(document: ProcessDocument, address: Address): ProcessDocument | null {
  const name = nameOf(address);
  const last = address.at(-1);
  if (last === undefined) return null;
  return changeLevel(document, address.slice(0, -1), (level) => {
    const index = indexOf(level, last);
    if (index < 0) return null;
    const children = (level.children ?? []).toSpliced(index, 1);
    // the edges stay with the other activity of the same name, if a fault gave the process two
    if (children.some((child) => child.name === name)) return { ...level, children };
    const edges = (level.edges ?? []).filter(({ from, to }) => from !== name && to !== name);
    const offsets = level['offsets'];
    const kept = Array.isArray(offsets) ? { offsets: offsets.filter((offset) => offset?.name !== name) } : {};
    return { ...level, children, edges, ...kept };
  });
}

/** Renames an activity with everything that refers to it: edges, its place, and `${p:Name/output}` in every text. */
function renameActivity(document: ProcessDocument, address: Address, name: string): ProcessDocument | null {
  const before = nameOf(address);
  const last = address.at(-1);
  if (last === undefined || name.trim() === '' || (name !== before && namesIn(document).has(name))) return null;
  const twins = listActivities(document).filter(({ activity }) => activity.name === before).length > 1;
  const renamed = changeLevel(document, address.slice(0, -1), (level) => {
    const index = indexOf(level, last);
    const activity = level.children?.[index];
    if (!activity) return null;
    const children = level.children?.with(index, { ...activity, name }) ?? [];
    if (twins) return { ...level, children };
    const edges = level.edges?.map((edge) => ({
      ...edge,
      ...(edge.from === before ? { from: name } : {}),
      ...(edge.to === before ? { to: name } : {}),
    }));
    const offsets = level['offsets'];
    return {
      ...level,
      children,
      ...(edges ? { edges } : {}),
      ...(Array.isArray(offsets)
        ? { offsets: offsets.map((offset) => (offset?.name === before ? { ...offset, name } : offset)) }
        : {}),
    };
  });
  return renamed && !twins ? (changeReferences(renamed, before, name) as ProcessDocument) : renamed;
}

/** A value with its references to an activity's outputs changed; what holds none stays the same value. */
function changeReferences(value: unknown, before: string, name: string): unknown {
  if (typeof value === 'string') {
    if (!value.includes('${p')) return value;
    return value.replaceAll(/(\$\{p(?:\?|&#63;)?:)([^{}/]+)(\/[^{}]*\})/g, (whole, open, activity, rest) =>
      activity === before ? `${open}${name}${rest}` : whole,
    );
  }
  if (Array.isArray(value)) {
    const changed = value.map((item) => changeReferences(item, before, name));
    return changed.some((item, index) => item !== value[index]) ? changed : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const changed = entries.map(([key, item]) => [
    key,
    key === 'name' || key === 'offsets' ? item : changeReferences(item, before, name),
  ]);
  return changed.some(([, item], index) => item !== entries[index]?.[1]) ? Object.fromEntries(changed) : value;
}

function changeEdge(
  document: ProcessDocument,
  address: Address,
  edge: ProcessEdge,
  change: (edge: ProcessEdge) => readonly ProcessEdge[],
): ProcessDocument | null {
  return changeLevel(document, address, (level) => {
    const index = (level.edges ?? []).findIndex((one) => sameEdge(one, edge));
    const found = level.edges?.[index];
    return found ? { ...level, edges: level.edges?.toSpliced(index, 1, ...change(found)) ?? [] } : null;
  });
}

/** Whether an edge would lead back to where it comes from: activities would then wait for each other for ever. */
export function closesCircle(edges: readonly ProcessEdge[], { from, to }: ProcessEdge): boolean {
  return from !== undefined && leadingTo(edges, from).has(to);
}

/** The names of the activities from which one is reached, itself among them. */
export function leadingTo(edges: readonly ProcessEdge[], name: string): ReadonlySet<string> {
  const before = Map.groupBy(edges, ({ to }) => to);
  const found = new Set([name]);
  for (const to of found) for (const { from } of before.get(to) ?? []) if (from) found.add(from);
  return found;
}

function movedTo(level: ProcessActivity, name: string, x: number, y: number): ProcessActivity | null {
  return level.children?.some((child) => child.name === name) ? placed(level, name, x, y) : null;
}

function placed(level: ProcessActivity, name: string, x: number, y: number): ProcessActivity {
  const offsets = Array.isArray(level['offsets']) ? level['offsets'] : [];
  const index = offsets.findIndex((offset) => offset?.name === name);
  const size = { h: activitySize.height, w: activitySize.width };
  const offset = { ...size, ...offsets[index], name, x: Math.round(x), y: Math.round(y) };
  return { ...level, offsets: index < 0 ? [...offsets, offset] : offsets.with(index, offset) };
}

/** Names are unique in a whole process: `${p:Name/output}` does not say which graph it means. */
export function namesIn(document: ProcessDocument): Set<string> {
  return new Set(listActivities(document).map(({ activity }) => activity.name));
}

/** A name that no activity has yet: the wanted one, or it with a number. */
export function freeName(document: ProcessDocument, wanted: string): string {
  const taken = namesIn(document);
  let name = wanted;
  for (let count = 2; taken.has(name); count++) name = `${wanted} ${count}`;
  return name;
}

/** Where a new activity finds room in a level: below the one it follows, or below everything. */
export function roomIn(level: ProcessActivity, after: string | null, top: number): { x: number; y: number } {
  const offsets = offsetsOf(levelOf(level)).filter(({ name }) => name !== 'start');
  const before = offsets.find(({ name }) => name === after);
  if (!before) {
    const bottom = Math.max(top - 120, ...offsets.map(({ y }) => y));
    return { x: offsets[0]?.x ?? 24, y: bottom + 120 };
  }
  const place = { x: before.x, y: before.y + 120 };
  const taken = ({ x, y }: typeof place): boolean =>
    offsets.some(
      (offset) => Math.abs(offset.x - x) < activitySize.width && Math.abs(offset.y - y) < activitySize.height,
    );
  while (taken(place)) place.x += activitySize.width + 40;
  return place;
}

/** Says of two edits that one person would call them one: the next letter of the same value, the next push of a node. */
export function continues(before: ProcessEdit, next: ProcessEdit): boolean {
  if (before.kind === 'property' && next.kind === 'property')
    return before.property === next.property && addressId(before.address) === addressId(next.address);
  if (before.kind === 'field' && next.kind === 'field')
    return before.field === next.field && addressId(before.address) === addressId(next.address);
  if (before.kind === 'process' && next.kind === 'process') return before.field === next.field;
  return false;
}
