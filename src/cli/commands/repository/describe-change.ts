import { catalogue, type ErrorCode, formatProblem, type Problem } from '../../../failure/index.ts';
import type { ChangeReport, EntryChange, OnProgress, SignatureTerm } from '../../../repository/index.ts';
import type { CommandInput, CommandResult } from '../../command.ts';

/** What a command says after a channel changed, or did not have to. */
export function describeReport(report: ChangeReport, done: string): CommandResult {
  const { generation, channel, problems } = report;
  const refused = problems.filter(({ severity }) => severity === 'error');
  const head = generation
    ? `${done} "${channel}", generation ${generation.generation}: ${count(generation.changes.length, 'plugin')} changed.`
    : refused.length > 0
      ? `Nothing in "${channel}" was changed.`
      : `"${channel}" offers this already; nothing was changed.`;
  return {
    value: report,
    text: [
      head,
      ...(generation?.changes ?? []).map(describeChange),
      ...(report.ends === undefined ? [] : [`"${channel}" ends on ${report.ends.slice(0, 10)} and is removed then.`]),
      ...problems.map(describeProblem),
    ].join('\n'),
    ...exitOfAny(problems),
  };
}

/** The exit code of a command that tells of problems and ends with the first error among them. */
export function exitOfAny(problems: readonly Problem[]): { exitCode?: number } {
  const first = problems.find(({ severity }) => severity === 'error');
  return first ? { exitCode: exitOf(first) } : {};
}

/** The exit code of a command that ended with this error as data. */
export function exitOf({ code }: Problem): number {
  return code in catalogue ? catalogue[code as ErrorCode].exit : 1;
}

export function describeChange({ id, before, after }: EntryChange): string {
  if (before === null) return `  + ${id} ${after}`;
  if (after === null) return `  - ${id} ${before}`;
  return before === after ? `  ~ ${id} ${after} (other bytes or keys)` : `  ~ ${id} ${before} → ${after}`;
}

export function describeProblem(problem: Problem): string {
  return formatProblem(problem);
}

/** How long each role's signature still holds. */
export function describeTerms(terms: readonly SignatureTerm[]): string {
  if (terms.length === 0) return 'not signed.';
  const said = terms.map(
    ({ channel, role, days }) => `${channel === null ? '' : `${channel} `}${role} ${count(days, 'day')}`,
  );
  return `signatures hold: ${said.join(', ')}.`;
}

export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** Shows the repository's progress on the terminal. */
export function showProgress({ terminal }: Pick<CommandInput, 'terminal'>): OnProgress {
  return ({ step, done, total }) => terminal.progress(step, done, total);
}

/** A person at the terminal is asked; a script that typed the command meant it. */
export async function confirmed({ terminal, options }: CommandInput, question: string): Promise<boolean> {
  return !terminal.interactive || terminal.confirm(question, options['yes'] === true);
}

/** What a command answers when the person said no. */
export const nothingDone: CommandResult = { value: { done: false }, text: 'Nothing was changed.' };
