import type { Activity, ProcessDocument } from './document.ts';
import { isRecord } from './document-text.ts';

/** `${p:Activity/output}` or `${p?:Activity/output}`: a value that another activity gave. */
export interface ActivityReference {
  /** As written, from `${` to `}`. */
  readonly text: string;
  readonly activity: string;
  readonly output: string;
}

const reference = /\$\{p(?:\?|&#63;)?:([^{}/]+)\/([^{}]*)\}/g;

/** The references in a text, in order. A scope such as `component/` looks the same: who calls knows the activities. */
export function findReferences(text: string): ActivityReference[] {
  if (!text.includes('${p')) return [];
  return Array.from(text.matchAll(reference), ([whole, activity, output]) => ({
    text: whole,
    activity: activity as string,
    output: output as string,
  }));
}

/**
 * Calls `see` for every text that the process itself (`activity` null) or one of its activities holds and that may
 * contain a reference. `field` is the outermost field, for a property of a use the property's name.
 */
export function visitReferringTexts(
  document: ProcessDocument,
  see: (activity: Activity | null, field: string, text: string) => void,
): void {
  for (const key of Object.keys(document)) {
    if (key !== 'rootActivity') visitTexts(document[key], (text) => see(null, key, text));
  }
  visitActivity(document.rootActivity, see);
}

function visitActivity(activity: Activity, see: (activity: Activity, field: string, text: string) => void): void {
  for (const key in activity) {
    const value = activity[key];
    if (key === 'children' || key === 'offsets' || key === 'name' || typeof value === 'boolean') continue;
    if (key === 'properties' && isRecord(value)) {
      for (const name in value) visitTexts(value[name], (text) => see(activity, name, text));
    } else visitTexts(value, (text) => see(activity, key, text));
  }
  for (const child of activity.children ?? []) visitActivity(child, see);
}

function visitTexts(value: unknown, see: (text: string) => void): void {
  if (typeof value === 'string') {
    if (value.includes('${p')) see(value);
  } else if (Array.isArray(value)) for (const item of value) visitTexts(item, see);
  else if (isRecord(value)) for (const key in value) visitTexts(value[key], see);
}
