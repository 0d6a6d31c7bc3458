import { type Activity, type OutputReference, visitReferences } from '../process/index.ts';
import type { PropertyChange, UseChange } from './plan.ts';
import type { PlanSubject } from './upgrade-input.ts';

/** A reference that another activity makes to a property which the upgrade renames or drops [PROP-5]. */
export interface ChangedReference {
  readonly reference: OutputReference;
  readonly change: PropertyChange;
  /** The reference under the property's new name; null where the property is dropped. */
  readonly rewritten: string | null;
}

/** Every one of them; `stays` tells which activities still count. */
export function findChangedReferences(
  { document }: Pick<PlanSubject, 'document'>,
  uses: readonly UseChange[],
  stays: (activity: Activity) => boolean,
): ChangedReference[] {
  const changed = changesByActivity(uses);
  if (changed === null) return [];
  const found: ChangedReference[] = [];
  visitReferences(document, (reference) => {
    const { holder, meant } = reference;
    if (holder && !stays(holder)) return;
    for (const { activity, output } of meant) {
      const change = changed.get(activity)?.find((each) => (each.was ?? each.name) === output);
      if (!change || holder?.name === activity) continue;
      found.push({ reference, change, rewritten: rewrite(reference.text, output, change) });
      return;
    }
  });
  return found;
}

function rewrite(text: string, output: string, { kind, name }: PropertyChange): string | null {
  if (kind === 'dropped') return null;
  const at = text.lastIndexOf(`/${output}`) + 1;
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
