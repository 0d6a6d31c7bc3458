import type { Problem } from '../failure/index.ts';
import { sameName } from '../plugin/index.ts';
import { type OutputReference, type ProcessDocument, readUse, visitReferences } from '../process/index.ts';
import type { UseChange } from './plan.ts';
import { activitiesByName, oldNames } from './undo-names.ts';

interface TakenBack {
  readonly uses: readonly UseChange[];
  /** As it was before the upgrade, with activities under the names that they have now. */
  readonly before: ProcessDocument;
  readonly merged: ProcessDocument;
  /** As `UndoInput` has it. */
  readonly places: ((at: UseChange['from']) => ReadonlySet<string> | null) | undefined;
}

/** [DO-6] References that came since, to properties by names that only the newer version has. */
export function staleReferences({ uses, before, merged, places }: TakenBack): Problem[] {
  const formerly = activitiesByName(before);
  const now = activitiesByName(merged);
  const stale = new Map<string, { readonly use: UseChange; readonly names: ReadonlyMap<string, string> }>();
  for (const use of uses) {
    const back = now.get(use.activity);
    const at = back && readUse(back);
    if (!use.to || !at || at.pluginVersion !== use.from.version || !sameName(at.stepType, use.from.stepType)) continue;
    stale.set(use.activity, { use, names: oldNames(use, formerly.get(use.activity)) });
  }
  if (stale.size === 0) return [];
  const known = new Set<string>();
  visitReferences(before, (reference) => void known.add(keyOf(reference)));
  const problems = new Map<string, Problem>();
  visitReferences(merged, (reference) => {
    const key = keyOf(reference);
    if (known.has(key)) return;
    for (const { activity, output } of reference.meant) {
      const one = stale.get(activity);
      const was = one?.names.get(output);
      if (!one || (was === undefined && !isNewer(one.use, output))) continue;
      problems.set(key, problemOf(reference, activity, was));
      return;
    }
  });
  return [...problems.values()];

  function isNewer({ from, to }: UseChange, property: string): boolean {
    const [old, next] = [places?.(from), to && places?.(to)];
    return Boolean(old && next?.has(property) && !old.has(property));
  }
}

function problemOf({ holder, field, text }: OutputReference, activity: string, was: string | undefined): Problem {
  const who = holder ? `"${holder.name}"` : 'The process';
  const fate = was === undefined ? 'does not have that property' : `calls it "${was}"`;
  return {
    code: 'reference-to-changed-property',
    severity: 'warning',
    message: `${who} uses ${text} in "${field}", and "${activity}" at its former version ${fate}.`,
    hint: 'Correct the reference.',
  };
}

function keyOf({ holder, field, text }: OutputReference): string {
  return JSON.stringify([holder?.name ?? '', field, text]);
}
