import { formatProblem } from '../failure/index.ts';
import { count, nameOf } from './describe-change.ts';
import type { Plan, ProcessPlan } from './plan.ts';
import type { Question } from './question.ts';

/** How many names, questions and warnings of a kind are spelled out before "and … more". */
const spelledOut = 8;

/** A plan as a person likes to read it: the numbers, the groups of identical change, the questions, the warnings. */
export function describePlan(plan: Plan): string {
  return [
    ...describeNumbers(plan),
    ...describeGroups(plan),
    ...describeQuestions(plan.questions),
    ...describeWarnings(plan),
  ].join('\n');
}

function describeNumbers({ id, plugin, from, to, totals, options }: Plan): string[] {
  const { processes, uses } = totals;
  const start = from.length > 0 ? ` from ${from.join(', ')}` : '';
  const outcomes = (['carried', 'renamed', 'deleted', 'pinned', 'undecided'] as const)
    .filter((outcome) => totals[outcome] > 0)
    .map((outcome) => `${totals[outcome]} ${outcome}`);
  const lines = [`Plan ${id}: ${plugin.name}${start} to ${to}`];
  if (uses === 0) return [...lines, '  No process uses this plugin below that version: nothing to do.'];
  lines.push(
    `  ${count(processes, 'process', 'processes')}, ${count(uses, 'use')}: ${outcomes.join(', ')}`,
    `  ${count(totals.valuesChanged, 'value')} changed, ${count(totals.questions, 'question')}, ${count(totals.warnings, 'warning')}`,
    `  unlisted steps: ${options.onUnlisted ?? 'asked'}; defaults: ${options.defaults}`,
  );
  return lines;
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

function describeQuestions(questions: readonly Question[]): string[] {
  if (questions.length === 0) return [];
  const byKey = new Map<string, Question[]>();
  for (const question of questions) {
    const group = byKey.get(question.groupKey);
    if (group) group.push(question);
    else byKey.set(question.groupKey, [question]);
  }
  const lines = ['', 'Questions'];
  for (const [key, group] of byKey) {
    const [first] = group as [Question, ...Question[]];
    const times = group.length > 1 ? ` (and ${group.length - 1} more like it)` : '';
    lines.push(`  ? ${first.message}${times}`, `    for: ${ownerNames[first.owner]} · answer all as "${key}"`);
    for (const { answer, label } of first.choices) lines.push(`      ${answer}: ${label}`);
    if (first.freeText) lines.push('      or any text of your own');
    if (first.when) lines.push(`    only counts if the step is ${describeWhen(first)}`);
  }
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
  const times = new Map<string, { hint: string | undefined; processes: number }>();
  for (const { warnings } of processes) {
    for (const { message, hint } of warnings) {
      const seen = times.get(message);
      if (seen) seen.processes++;
      else times.set(message, { hint, processes: 1 });
    }
  }
  if (times.size + problems.length === 0) return [];
  const lines = ['', 'Warnings', ...problems.map((problem) => `  ! ${formatProblem(problem)}`)];
  for (const [message, { hint, processes: number }] of times) {
    lines.push(`  ! ${message}${number > 1 ? ` (${number} processes)` : ''}`);
    if (hint) lines.push(`    → ${hint}`);
  }
  return lines;
}
