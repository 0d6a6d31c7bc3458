import { formatProblem } from '../failure/index.ts';
import { count, nameOf } from './describe-change.ts';
import type { Plan, PlanTotals, ProcessPlan } from './plan.ts';
import type { Answers, Question } from './question.ts';
import { groupQuestions, type QuestionGroup } from './question-groups.ts';

/** How many names, questions and warnings of a kind are spelled out before "and … more". */
const spelledOut = 8;

/** A plan as a person likes to read it: the numbers, the groups of identical change, the questions, the warnings. */
export function describePlan(plan: Plan, answers: Answers = {}): string {
  return [
    ...describeNumbers(plan),
    ...describeGroups(plan),
    ...describeQuestions(plan, answers),
    ...describeWarnings(plan),
  ].join('\n');
}

function describeNumbers({ id, plugin, succeeds, from, to, totals, options }: Plan): string[] {
  const { processes, uses } = totals;
  const start = from.length > 0 ? ` from ${from.join(', ')}` : '';
  const outcomes = (['carried', 'renamed', 'deleted', 'pinned', 'undecided'] as const)
    .filter((outcome) => totals[outcome] > 0)
    .map((outcome) => `${totals[outcome]} ${outcome}`);
  const lines = [
    succeeds
      ? `Plan ${id}: ${succeeds.name} (${succeeds.id})${start} to its successor ${plugin.name} (${plugin.id}) ${to}`
      : `Plan ${id}: ${plugin.name}${start} to ${to}`,
  ];
  const what = succeeds ? succeeds.id : 'this plugin below that version';
  if (uses === 0) return [...lines, `  No process uses ${what}: nothing to do.`];
  lines.push(
    `  ${count(processes, 'process', 'processes')}, ${count(uses, 'use')}: ${outcomes.join(', ')}`,
    describeValues(totals),
    `  unlisted steps: ${options.onUnlisted ?? 'asked'}; defaults: ${options.defaults}`,
  );
  return lines;
}

function describeValues(totals: PlanTotals): string {
  const { valuesChanged, chosenDropped, questions, open, offers, warnings } = totals;
  const answered = questions > 0 && open < questions ? ` (${open} open)` : '';
  return [
    `  ${count(valuesChanged, 'value')} changed`,
    ...(chosenDropped > 0 ? [`${count(chosenDropped, 'chosen value')} dropped`] : []),
    count(questions, 'question') + answered,
    ...(offers > 0 ? [count(offers, 'offer')] : []),
    count(warnings, 'warning'),
  ].join(', ');
}

function describeGroups({ groups, processes }: Plan): string[] {
  if (groups.length === 0) return [];
  const byId = new Map(processes.map(({ process }) => [process.id, process]));
  return groups.flatMap((group) => {
    const names = group.processes.slice(0, spelledOut).map((id) => nameOf(byId.get(id) as ProcessPlan['process']));
    const more = group.processes.length - names.length;
    return [
      '',
      `${count(group.processes.length, 'process', 'processes')}: ${group.title}`,
      `  ${names.join(', ')}${more > 0 ? `, and ${more} more` : ''}`,
    ];
  });
}

function describeQuestions({ questions, processes }: Plan, answers: Answers): string[] {
  if (questions.length === 0) return [];
  const names = new Map(processes.map(({ process }) => [process.id, process.name]));
  return ['', 'Questions', ...groupQuestions(questions, answers).flatMap((group) => describeGroup(group, names))];
}

function describeGroup({ first, variants, mappingKey }: QuestionGroup, names: ReadonlyMap<string, string>): string[] {
  const lines: string[] = [];
  const owner = ownerNames[first.owner];
  for (const { message, key, count: uses, answer } of variants.slice(0, spelledOut)) {
    const times = uses > 1 ? ` (${uses} times)` : '';
    const given = answer === null ? '' : ` · answered: ${answer}`;
    lines.push(`  ? ${message}${times}`, `    for: ${owner} · answer all as "${key}"${given}`);
  }
  if (variants.length > spelledOut) lines.push(`  ? and ${variants.length - spelledOut} more of these`);
  if (mappingKey !== null) lines.push(`    all at once: {"${mappingKey}": {"…": "…"}} in a file of answers`);
  lines.push(
    `    first asked at: ${first.activity === '' ? 'the process itself' : `"${first.activity}"`} in ${names.get(first.processId) ?? first.processId}`,
  );
  for (const { answer, label } of first.choices) lines.push(`      ${answer}: ${label}`);
  if (first.freeText) lines.push(`      or any text of your own${first.policyKey ? `, as "${first.id}"` : ''}`);
  if (first.optional) lines.push('    need not be answered');
  if (first.when) lines.push(`    only counts if the step is ${describeWhen(first)}`);
  return lines;
}

function describeWhen({ when = [] }: Question): string {
  const words: Readonly<Record<string, string>> = { delete: 'deleted', carry: 'carried', pin: 'pinned' };
  const answers = new Set(when.flatMap(({ answers }) => answers));
  return Array.from(answers, (answer) => words[answer] ?? answer).join(' or ');
}

const ownerNames = {
  'process-owner': 'the process’s owner',
  'plugin-author': 'the plugin’s author',
  administrator: 'the administrator',
} as const satisfies Record<Question['owner'], string>;

function describeWarnings({ processes, problems }: Plan): string[] {
  const times = new Map<string, { code: string; hint: string | undefined; processes: number }>();
  for (const { warnings } of processes) {
    for (const { code, message, hint } of warnings) {
      const seen = times.get(message);
      if (seen) seen.processes++;
      else times.set(message, { code, hint, processes: 1 });
    }
  }
  if (times.size + problems.length === 0) return [];
  const lines = ['', 'Warnings', ...problems.map((problem) => `  ! ${formatProblem(problem)}`)];
  const shown = new Map<string, number>();
  for (const [message, { code, hint, processes: number }] of times) {
    const before = shown.get(code) ?? 0;
    shown.set(code, before + 1);
    // values differ from process to process; each stands in the plan of its process
    if (before >= spelledOut) continue;
    lines.push(`  ! ${message}${number > 1 ? ` (${number} processes)` : ''}`);
    if (hint) lines.push(`    → ${hint}`);
  }
  for (const [code, number] of shown) {
    if (number > spelledOut) lines.push(`  ! and ${number - spelledOut} more of the kind ${code}`);
  }
  return lines;
}
