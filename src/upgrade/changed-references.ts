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

const none: readonly ChangedReference[] = Object.freeze([]);

/** Every one of them; `stays` tells which activities still count. */
export function findChangedReferences(
  { document, text }: Pick<ProcessInput, 'document' | 'text'>,
  uses: readonly UseChange[],
  stays: (activity: Activity) => boolean,
): readonly ChangedReference[] {
  const outputs = changedOutputs(uses);
  // most texts mention none of them: nothing else is made for those
  if (outputs.length === 0 || (text !== undefined && !mentionsOne(text, outputs))) return none;
  const changed = changesByActivity(uses);
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
function mentionsOne(text: string, outputs: readonly string[]): boolean {
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

function changesByActivity(uses: readonly UseChange[]): Map<string, PropertyChange[]> {
  const changed = new Map<string, PropertyChange[]>();
  for (const { activity, properties } of uses) {
    const changes = properties.filter(changesOutput);
    if (changes.length > 0) changed.set(activity, [...(changed.get(activity) ?? []), ...changes]);
  }
  return changed;
}

function changedOutputs(uses: readonly UseChange[]): string[] {
  const outputs: string[] = [];
  for (const { properties } of uses) {
    for (const change of properties) {
      if (changesOutput(change) && !outputs.includes(outputOf(change))) outputs.push(outputOf(change));
    }
  }
  return outputs;
}

function changesOutput({ kind, was }: PropertyChange): boolean {
  return kind === 'dropped' || was !== null;
}
