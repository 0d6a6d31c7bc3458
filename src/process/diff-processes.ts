import type { Activity, Edge, ProcessDocument } from './document.ts';
import { isRecord, sameJson, textOf } from './document-text.ts';
import { readUse, visitActivities } from './list-uses.ts';
import { isSecretMember, type Secrets } from './secret-values.ts';
import type { Use } from './use.ts';

/** A value as it may be shown: `{ secret: true }` stands for one that is not. */
type Shown = string | null | { readonly secret: true };

/** One field that differs; null where the side has none. `field` is the path below its activity, such as `properties.host`. */
export interface FieldDifference {
  readonly field: string;
  readonly before: Shown;
  readonly after: Shown;
}

/** What one process document says differently from another; lists are empty where nothing differs. */
export interface DocumentDifference {
  readonly same: boolean;
  /** Fields of the process itself. */
  readonly fields: readonly FieldDifference[];
  readonly activities: readonly {
    readonly activity: string;
    readonly change: 'added' | 'removed' | 'changed';
    /** `Plugin: Step type @ version`, for activities that are uses; a difference in these three is told here alone. */
    readonly before: string | null;
    readonly after: string | null;
    readonly fields: readonly FieldDifference[];
  }[];
  readonly edges: readonly { readonly change: 'added' | 'removed'; readonly graph: string; readonly edge: string }[];
}

export interface DiffOptions {
  /** What is never shown of the two. */
  readonly secrets?: Secrets;
}

/** Compares two documents activity by activity (by name), property by property and edge by edge; order does not count. */
export function diffProcesses(
  before: ProcessDocument,
  after: ProcessDocument,
  options: DiffOptions = {},
): DocumentDifference {
  const fields = diffFields(before, after, ['rootActivity'], { hides: () => false, ...options });
  const activities = diffActivities(activitiesOf(before), activitiesOf(after), options);
  const edges = diffEdges(graphsOf(before), graphsOf(after));
  return { same: fields.length + activities.length + edges.length === 0, fields, activities, edges };
}

/** The difference as lines for people: `-` before, `+` after, `~` changed; empty when nothing differs. */
export function formatDifference(difference: DocumentDifference): string {
  const lines: string[] = [];
  for (const { field, before, after } of difference.fields) lines.push(...sides(`${field}: `, before, after, ''));
  for (const { activity, change, before, after, fields } of difference.activities) {
    const sign = change === 'added' ? '+' : change === 'removed' ? '-' : '~';
    const what = before === after ? before : [before, after].filter((side) => side !== null).join(' → ');
    lines.push(`${sign} "${activity}"${what ? ` (${what})` : ''}`);
    for (const field of fields) lines.push(...sides(`${field.field}: `, field.before, field.after, '    '));
  }
  for (const { change, edge } of difference.edges) lines.push(`${change === 'added' ? '+' : '-'} edge ${edge}`);
  return lines.join('\n');
}

function sides(label: string, before: Shown, after: Shown, indent: string): string[] {
  const lines: string[] = [];
  if (before !== null) lines.push(`${indent}- ${label}${show(before)}`);
  if (after !== null) lines.push(`${indent}+ ${label}${show(after)}`);
  return lines;
}

function show(value: Shown): string {
  return value === null ? '' : typeof value === 'string' ? value : '(secret)';
}

/** Activities by name; graphs are nameless in practice (their names are ids) and are told apart by where they stand. */
function activitiesOf(document: ProcessDocument): Map<string, Activity> {
  const activities = new Map<string, Activity>();
  visitActivities(document.rootActivity, (activity, path) => {
    if (path.length === 0 || activity.type === 'graph') return;
    let name = activity.name;
    for (let count = 2; activities.has(name); count++) name = `${activity.name} (${count})`;
    activities.set(name, activity);
  });
  return activities;
}

function diffActivities(
  before: ReadonlyMap<string, Activity>,
  after: ReadonlyMap<string, Activity>,
  options: DiffOptions,
): DocumentDifference['activities'] {
  const names = [...before.keys(), ...[...after.keys()].filter((name) => !before.has(name))];
  return names.flatMap((name) => {
    const old = before.get(name);
    const now = after.get(name);
    const oldUse = old ? readUse(old) : null;
    const nowUse = now ? readUse(now) : null;
    const hides = (field: string) =>
      field.startsWith('properties.') &&
      [oldUse, nowUse].some((use) => use && options.secrets?.ofUse(use, field.slice('properties.'.length)));
    const labelled = oldUse || nowUse ? ['pluginName', 'pluginVersion', 'commandName'] : [];
    const fields = diffFields(old ?? {}, now ?? {}, ['children', 'edges', 'offsets', 'name', ...labelled], {
      hides,
      ...options,
    });
    const change = !old ? 'added' : !now ? 'removed' : 'changed';
    const labels = { before: label(oldUse), after: label(nowUse) };
    if (change === 'changed' && fields.length === 0 && labels.before === labels.after) return [];
    return [{ activity: name, change, ...labels, fields }] as const;
  });
}

function label(use: Omit<Use, 'path'> | null): string | null {
  return use && `${use.pluginName || use.pluginId}: ${use.stepType} @ ${use.pluginVersion}`;
}

function diffFields(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  without: readonly string[],
  how: DiffOptions & { readonly hides: (field: string) => boolean | null | undefined },
  prefix = '',
): FieldDifference[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => {
    if (prefix === '' && without.includes(key)) return [];
    const field = prefix + key;
    const [old, now] = [before[key], after[key]];
    if (sameJson(old, now)) return [];
    if (prefix === '' && key === 'properties' && [old, now].every((side) => side === undefined || isRecord(side))) {
      return diffFields(
        (old ?? {}) as Record<string, unknown>,
        (now ?? {}) as Record<string, unknown>,
        [],
        how,
        'properties.',
      );
    }
    const hide = how.hides(field) || holdsSecret(old, how.secrets) || holdsSecret(now, how.secrets);
    return [{ field, before: shown(old, hide === true), after: shown(now, hide === true) }];
  });
}

function shown(value: unknown, hide: boolean): Shown {
  if (value === undefined) return null;
  return hide && textOf(value) !== '' ? { secret: true } : textOf(value);
}

/** Definitions of type SECURE and properties marked secure carry their value with them, also under another name. */
function holdsSecret(value: unknown, secrets: Secrets | undefined): boolean {
  if (Array.isArray(value)) return value.some((item) => holdsSecret(item, secrets));
  return isRecord(value) && (isSecretMember(value) || secrets?.holds(value['value']) === true);
}

function graphsOf(document: ProcessDocument): Map<string, readonly Edge[]> {
  const graphs = new Map<string, readonly Edge[]>();
  const holders: string[] = [];
  visitActivities(document.rootActivity, (activity, path) => {
    holders.length = path.length;
    holders[path.length] = activity.type === 'graph' ? '' : activity.name;
    if (!activity.edges) return;
    const graph = holders.filter((name) => name !== '').join(' / ');
    graphs.set(graph, [...(graphs.get(graph) ?? []), ...activity.edges]);
  });
  return graphs;
}

function diffEdges(
  before: ReadonlyMap<string, readonly Edge[]>,
  after: ReadonlyMap<string, readonly Edge[]>,
): DocumentDifference['edges'] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((graph) => {
    const old = (before.get(graph) ?? []).map(formatEdge);
    const now = (after.get(graph) ?? []).map(formatEdge);
    return [
      ...old.filter((edge) => !now.includes(edge)).map((edge) => ({ change: 'removed', graph, edge }) as const),
      ...now.filter((edge) => !old.includes(edge)).map((edge) => ({ change: 'added', graph, edge }) as const),
    ];
  });
}

/** `"A" → "B" on SUCCESS` */
export function formatEdge(edge: Edge): string {
  const value = edge.type === 'VALUE' ? ` ${JSON.stringify(edge.value ?? '')}` : '';
  return `${edge.from ? `"${edge.from}"` : 'start'} → "${edge.to}" on ${edge.type ?? 'ALWAYS'}${value}`;
}
