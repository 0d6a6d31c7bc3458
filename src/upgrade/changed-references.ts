import { type Activity, type OutputReference, visitReferences } from '../process/index.ts';
import type { PropertyChange, UseChange } from './plan.ts';
import type { ProcessInput } from './upgrade-input.ts';

/** A reference that another activity makes to a property which the upgrade renames or drops [PROP-5]. */
export interface ChangedReference {
  readonly reference: OutputReference;
  readonly change: PropertyChange;
  /** The reference under the property's new name; null where the property is dropped. */
  readonly rewritten: string | null;
}

/** Every one of them; `stays` tells which activities still count. */
export function findChangedReferences(
  { document, text }: Pick<ProcessInput, 'document' | 'text'>,
  uses: readonly UseChange[],
  stays: (activity: Activity) => boolean,
): ChangedReference[] {
  const changed = changesByActivity(uses);
  if (changed === null) return [];
  const outputs = new Set([...changed.values()].flatMap((changes) => changes.map(outputOf)));
  if (text !== undefined && !mentionsOne(text, outputs)) return [];
  const found: ChangedReference[] = [];
  const see = (reference: OutputReference): void => {
    const { holder, meant } = reference;
    if (holder && !stays(holder)) return;
    for (const { activity, output } of meant) {
      const change = changed.get(activity)?.find((each) => outputOf(each) === output);
      if (!change || holder?.name === activity) continue;
      found.push({ reference, change, rewritten: rewrite(reference.text, output, change) });
      return;
    }
  };
  visitReferences(document, see, outputs);
  return found;
}

/** A reference has a slash before its output; a question mark in it may be written as `&#63;`, and a script has escapes. */
function mentionsOne(text: string, outputs: Iterable<string>): boolean {
  for (const output of outputs) if (text.includes(`/${JSON.stringify(output).slice(1, -1)}`)) return true;
  return text.includes('&#63;') || text.includes('\\\\');
}

function outputOf({ was, name }: PropertyChange): string {
  return was ?? name;
}

function rewrite(text: string, output: string, { kind, name }: PropertyChange): string | null {
  if (kind === 'dropped') return null;
  const at = text.lastIndexOf(`/${output}`) + 1;
  // a script may write the name with escapes
  if (at === 0) return null;
  return text.slice(0, at) + name + text.slice(at + output.length);
}

function changesByActivity(uses: readonly UseChange[]): Map<string, PropertyChange[]> | null {
  let changed: Map<string, PropertyChange[]> | null = null;
  for (const { activity, properties } of uses) {
    for (const change of properties) {
      if (change.kind !== 'dropped' && change.was === null) continue;
      changed ??= new Map();
      const list = changed.get(activity);
      if (list) list.push(change);
      else changed.set(activity, [change]);
    }
  }
  return changed;
}
