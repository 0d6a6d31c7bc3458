import type { Activity } from './document.ts';
import { isRecord } from './document-text.ts';
import { visitActivities } from './list-uses.ts';

const nameless = 'it has no "name"';

/** What makes a process unreadable, or null. Deep enough that everything later may rely on the types of document.ts. */
export function faultOf(item: Record<string, unknown>): string | null {
  return item['name'] === '' ? nameless : (shapeFaultOf(item) ?? hiddenFaultOf(item));
}

/** The same of a document that somebody is still at: perhaps without a name yet, with its secrets hidden. */
export function shapeFaultOf(item: Record<string, unknown>): string | null {
  if (typeof item['name'] !== 'string') return nameless;
  for (const key of ['properties', 'propDefs'] as const) {
    const value = item[key];
    if (value != null && typeof value !== 'object') return `its "${key}" is not a list of properties`;
  }
  return faultOfActivity(item['rootActivity'], `the process "${item['name']}"`, true);
}

function faultOfActivity(activity: unknown, where: string, root: boolean): string | null {
  if (!isRecord(activity)) return `in ${where}, an activity is not an object`;
  const { name, children, edges } = activity;
  if (typeof name !== 'string' && !root) return `in ${where}, an activity has no "name"`;
  if (children !== undefined && !Array.isArray(children)) return `in ${where}, "children" is not a list`;
  if (edges !== undefined && !(Array.isArray(edges) && edges.every(isEdge))) {
    return `in ${where}, "edges" is not a list of edges with a "to"`;
  }
  const { properties } = activity;
  if (properties != null && !isRecord(properties)) return `in "${name}", "properties" is not an object`;
  for (const child of children ?? []) {
    const fault = faultOfActivity(child, where, false);
    if (fault) return fault;
  }
  return null;
}

/** Of a document whose shape is right. */
function hiddenFaultOf(item: Record<string, unknown>): string | null {
  for (const key of ['properties', 'propDefs'] as const) {
    const hidden = Object.values(item[key] ?? {}).find((one) => isRecord(one) && isHiddenMark(one['value']));
    if (hidden) return `the hidden value of "${(hidden as { name?: unknown }).name}" was not entered`;
  }
  let fault: string | null = null;
  visitActivities(item['rootActivity'] as unknown as Activity, ({ name, properties }) => {
    const hidden = Object.entries((properties as object | null | undefined) ?? {}).find(([, value]) =>
      isHiddenMark(value),
    );
    if (hidden) fault ??= `the hidden value of "${hidden[0]}" in "${name}" was not entered`;
  });
  return fault;
}

function isEdge(edge: unknown): boolean {
  return isRecord(edge) && typeof edge['to'] === 'string' && (edge['from'] == null || typeof edge['from'] === 'string');
}

/** What a page is shown in place of a secret; nothing that a process may hold. */
function isHiddenMark(value: unknown): boolean {
  return isRecord(value) && value['secret'] === true;
}
