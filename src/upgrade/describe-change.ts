import type { PlannedProcess, ProcessPlan, UseChange } from './plan.ts';
import { kindOf } from './property/changes.ts';

/** What a group of processes has in common, in one line: what changes first, then what only gets the new version. */
export function titleOf({ uses, asked, open }: Pick<PlannedProcess, 'uses' | 'asked' | 'open'>): string {
  const changed = new Set<string>();
  const plain = new Set<string>();
  for (const use of uses) {
    const tail = tailOf(use);
    if (use.outcome === 'carried' && tail === '') plain.add(headOf(use));
    else changed.add(headOf(use) + tail);
  }
  const parts = [...changed];
  if (plain.size > 0)
    parts.push(
      changed.size === 0
        ? `only the version: ${[...plain].join(', ')}`
        : `${count(plain.size, 'step type')} only to the new version`,
    );
  const others = asked.filter(({ kind, when, optional }) => kind !== 'unlisted-step' && !when && !optional).length;
  if (open > 0 && others > 0) parts.push(count(Math.min(open, others), 'question'));
  return parts.join('; ');
}

/** A use's fate: `"Deploy" 2 → 3` and what it is called then, or what becomes of it. */
function headOf({ from, to, outcome }: UseChange): string {
  const start = `"${from.stepType}" ${from.version}`;
  switch (outcome) {
    case 'carried':
      return `${start} → ${to?.version}`;
    case 'renamed':
      return `${start} → ${to?.version} as "${to?.stepType}"`;
    case 'deleted':
      return `${start} is taken out`;
    case 'pinned':
      return to?.version === from.version ? `${start} stays` : `${start} → ${to?.version}, and stays there`;
    case 'undecided':
      return `${start} is not carried: delete, pin or carry?`;
  }
}

function tailOf({ properties }: UseChange): string {
  const notes = properties.flatMap((change) => kindOf(change).describe(change) ?? []);
  return notes.length > 0 ? ` (${notes.join(', ')})` : '';
}

export function nameOf({ name, kind, owner }: ProcessPlan['process']): string {
  const whose = owner === null ? '' : ` of ${owner}`;
  return `${name} (${kind}${whose})`;
}

export function count(number: number, word: string, plural = `${word}s`): string {
  return `${number} ${number === 1 ? word : plural}`;
}
