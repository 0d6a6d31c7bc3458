import type { Problem } from '../failure/index.ts';
import { type Activity, findReferences, visitReferringTexts } from '../process/index.ts';
import type { PropertyChange, UseChange } from './plan.ts';
import type { PlanSubject } from './upgrade-input.ts';

/**
 * [PROP-5] References that other activities make to properties which the upgrade renames or drops; `stays` tells which
 * activities still count.
 */
export function noteChangedReferences(
  { document, text: whole }: Pick<PlanSubject, 'document' | 'text'>,
  uses: readonly UseChange[],
  stays: (activity: Activity) => boolean,
): Problem[] {
  const changed = changesByActivity(uses);
  if (changed === null) return [];
  // most references are to scopes such as resource/ and to outputs: a plain search passes over them quickly
  const needles = [...changed].flatMap(([name, changes]) =>
    changes.map((each) => `:${name}/${each.was ?? each.name}}`),
  );
  if (whole !== undefined && !refersTo(whole, needles)) return [];
  const problems: Problem[] = [];
  visitReferringTexts(document, (activity, field, text) => {
    if (!needles.some((needle) => text.includes(needle)) || (activity && !stays(activity))) return;
    for (const { text: reference, activity: name, output } of findReferences(text)) {
      const change = changed.get(name)?.find((each) => (each.was ?? each.name) === output);
      if (change && activity?.name !== name) problems.push(describe(activity, field, reference, change));
    }
  });
  return problems;
}

/** Looks only where a reference begins: `$` is rare in a document's text, quotes and colons are not. */
function refersTo(whole: string, needles: readonly string[]): boolean {
  let written: string[] | null = null;
  for (let at = whole.indexOf('${p'); at >= 0; at = whole.indexOf('${p', at + 3)) {
    written ??= needles.map((needle) => JSON.stringify(needle).slice(1, -1));
    const colon = whole.indexOf(':', at);
    for (const needle of written) if (whole.startsWith(needle, colon)) return true;
  }
  return false;
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

function describe(activity: Activity | null, field: string, reference: string, change: PropertyChange): Problem {
  const who = activity ? `"${activity.name}"` : 'The process';
  const fate = change.kind === 'dropped' ? 'is dropped' : `is called "${change.name}" now`;
  return {
    code: 'reference-to-changed-property',
    severity: 'warning',
    message: `${who} uses ${reference} in "${field}", and that property ${fate}.`,
    hint: 'Look whether it still gives what is meant, and correct the reference.',
  };
}
