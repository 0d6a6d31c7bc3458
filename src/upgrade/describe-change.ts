import type { PlannedProcess, ProcessPlan, PropertyChange, ShownValue, UseChange } from './plan.ts';

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
  const notes = properties.filter(({ kind }) => kind !== 'kept').map(noteOf);
  return notes.length > 0 ? ` (${notes.join(', ')})` : '';
}

function noteOf(change: PropertyChange): string {
  const { name, was, kind, after } = change;
  const renamed = was === null ? `"${name}"` : `"${was}" becomes "${name}"`;
  switch (kind) {
    case 'renamed':
      return renamed;
    case 'defaulted':
      return `${renamed} = ${show(after)}`;
    case 'dropped':
      return change.chosen ? `"${was ?? name}" dropped with somebody's own value` : `"${was ?? name}" dropped`;
    case 'answered':
      return `${renamed} answered`;
    default:
      return `${renamed} asked`;
  }
}

/** `host: "a" → "b"` and why. */
function describeProperty({ name, was, kind, before, after, reason, rule }: PropertyChange): string {
  const label = was === null ? name : `${was} → ${name}`;
  const values = {
    renamed: show(before),
    defaulted: `${show(before)} → ${show(after)}`,
    kept: `${show(after)} kept`,
    dropped: `${show(before)} dropped`,
    asked: `${show(before)} ?`,
    answered: `${show(before)} → ${show(after)}`,
  }[kind];
  return `${label}: ${values}  [${rule}] ${reason}`;
}

function show(value: ShownValue): string {
  if (value === null) return 'no value';
  return typeof value === 'string' ? JSON.stringify(value) : '(secret)';
}

/** Everything that happens to one process, line by line. */
export function describeProcessPlan(processPlan: ProcessPlan): string {
  const { process, baseVersion, uses, graph, questions, warnings } = processPlan;
  const lines = [`${nameOf(process)}, version ${baseVersion}`];
  for (const use of uses) {
    lines.push(`  "${use.activity}": ${headOf(use)}  [${use.rule}]`);
    for (const change of use.properties) lines.push(`    ${describeProperty(change)}`);
  }
  const verbs = { 'edge-added': '+ edge', 'edge-removed': '- edge', 'activity-removed': '- activity' };
  for (const { kind, text, rule } of graph) lines.push(`  ${verbs[kind]} ${text}  [${rule}]`);
  for (const { message } of warnings) lines.push(`  ! ${message}`);
  if (questions.length > 0) lines.push(`  ? ${count(questions.length, 'question')}`);
  return lines.join('\n');
}

export function nameOf({ name, kind, owner }: ProcessPlan['process']): string {
  const whose = owner === null ? '' : ` of ${owner}`;
  return `${name} (${kind}${whose})`;
}

export function count(number: number, word: string, plural = `${word}s`): string {
  return `${number} ${number === 1 ? word : plural}`;
}
