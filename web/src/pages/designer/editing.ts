import type { ProcessDocument } from '../../api/types.ts';
import { applyEdit, continues, type ProcessEdit } from './process-edit.ts';

interface Done {
  readonly edits: readonly ProcessEdit[];
  readonly before: ProcessDocument;
}

/** A process while it is edited: what was done so far, and what was undone and can be done again. */
export interface Editing {
  /** The version that the edits began with; null for a process that was never saved. */
  readonly base: number | null;
  readonly saved: ProcessDocument;
  readonly document: ProcessDocument;
  readonly done: readonly Done[];
  readonly undone: readonly (Done & { readonly after: ProcessDocument })[];
}

export function startEditing(document: ProcessDocument, base: number | null): Editing {
  return { base, saved: document, document, done: [], undone: [] };
}

/** Does one step: one edit, or several that are undone together. The same value where none of it can be done. */
export function edit(editing: Editing, ...edits: readonly ProcessEdit[]): Editing {
  const { document: before, done } = editing;
  let document: ProcessDocument | null = before;
  for (const one of edits) document = document && applyEdit(document, one);
  if (!document || document === before) return editing;
  const last = done.at(-1);
  const [previous, next] = [last?.edits.at(-1), edits[0]];
  const alone = edits.length === 1 && last?.edits.length === 1 && before !== editing.saved;
  const joined = alone && previous && next && continues(previous, next);
  const step = joined && last ? { edits, before: last.before } : { edits, before };
  return { ...editing, document, done: [...(joined ? done.slice(0, -1) : done), step], undone: [] };
}

export function undo(editing: Editing): Editing {
  const step = editing.done.at(-1);
  if (!step) return editing;
  return {
    ...editing,
    document: step.before,
    done: editing.done.slice(0, -1),
    undone: [...editing.undone, { ...step, after: editing.document }],
  };
}

export function redo(editing: Editing): Editing {
  const step = editing.undone.at(-1);
  if (!step) return editing;
  const { after, ...done } = step;
  return { ...editing, document: after, done: [...editing.done, done], undone: editing.undone.slice(0, -1) };
}

export function isChanged({ document, saved }: Editing): boolean {
  return document !== saved;
}

/** After a save: nothing is left to save, and what was done can still be undone. */
export function afterSave(editing: Editing, base: number): Editing {
  return { ...editing, base, saved: editing.document };
}

/**
 * Does the same edits to a version that somebody else saved meanwhile. `lost` are those that cannot be done there,
 * because what they speak of is gone or a name is taken.
 */
export function takeOver(
  editing: Editing,
  theirs: ProcessDocument,
  base: number,
): { readonly editing: Editing; readonly lost: readonly ProcessEdit[] } {
  const mine = unsaved(editing);
  // an undo that went back behind the last save is no edit that could be done again
  const lost: ProcessEdit[] = mine ? [] : editing.undone.flatMap(({ edits }) => edits);
  let merged = startEditing(theirs, base);
  for (const { edits } of mine ?? []) {
    const next = edit(merged, ...edits);
    if (next === merged && edits.some((one) => applyEdit(merged.document, one) === null)) lost.push(...edits);
    merged = next;
  }
  return { editing: merged, lost };
}

/** The steps since the last save; null when the person went back behind it. */
function unsaved({ done, saved, document }: Editing): readonly Done[] | null {
  const first = done.findLastIndex(({ before }) => before === saved);
  if (first >= 0) return done.slice(first);
  return document === saved ? [] : null;
}
