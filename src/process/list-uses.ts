import type { Activity, ProcessDocument } from './document.ts';
import { isRecord, textOf } from './document-text.ts';
import type { Use, UseValue } from './use.ts';

const nothing: Readonly<Record<string, UseValue>> = Object.freeze({});

/** Every use of every plugin in a process, at any depth, in document order [SCOPE-1]. */
export function listUses(document: ProcessDocument): Use[] {
  const uses: Use[] = [];
  visitActivities(document.rootActivity, (activity, path) => {
    const use = readUse(activity);
    if (use) uses.push({ path: [...path], ...use });
  });
  return uses;
}

/** Calls `see` for an activity and everything below it; `path` is reused between calls, so copy what you keep. */
export function visitActivities(
  activity: Activity,
  see: (activity: Activity, path: readonly number[]) => void,
  path: number[] = [],
): void {
  see(activity, path);
  const children = activity.children;
  if (!Array.isArray(children)) return;
  for (let index = 0; index < children.length; index++) {
    path.push(index);
    visitActivities(children[index], see, path);
    path.pop();
  }
}

/**
 * The use that an activity is, or null. The id of the plugin is taken from `pluginId` where an export records it
 * [SCOPE-2]; an activity without a whole-number version names no definition and is none (`checkGraph` reports it).
 */
export function readUse(activity: Activity): Omit<Use, 'path'> | null {
  const stepType = activity['commandName'];
  if (typeof stepType !== 'string') return null;
  const pluginVersion = versionOf(activity['pluginVersion']);
  const pluginId = activity['pluginId'];
  const pluginName = activity['pluginName'];
  if (pluginVersion === null || (typeof pluginId !== 'string' && typeof pluginName !== 'string')) return null;
  const properties = activity['properties'];
  return {
    activity: activity.name,
    pluginId: typeof pluginId === 'string' && pluginId !== '' ? pluginId : null,
    pluginName: typeof pluginName === 'string' ? pluginName : '',
    pluginVersion,
    stepType,
    properties: isRecord(properties) ? (properties as Record<string, UseValue>) : nothing,
  };
}

/** A plugin version, also where an export writes it as a string. */
export function versionOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isInteger(value) ? value : null;
  if (typeof value !== 'string' && typeof value !== 'object') return null;
  const text = textOf(value).trim();
  return text !== '' && Number.isInteger(Number(text)) ? Number(text) : null;
}
