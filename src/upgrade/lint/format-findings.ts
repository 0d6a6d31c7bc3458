import { formatProblem, type Problem, type Severity } from '../../failure/index.ts';

/** One line per finding, `file:line:column severity code message → what to do`, and a last line that counts them. */
export function formatFindings(problems: readonly Problem[]): string {
  return `${[...problems.map(formatProblem), countFindings(problems)].join('\n')}\n`;
}

/** `2 errors, 1 warning`, or `No findings.` */
export function countFindings(problems: readonly Problem[]): string {
  if (problems.length === 0) return 'No findings.';
  return (['error', 'warning', 'notice'] as const)
    .map((severity) => [severity, countOf(problems, severity)] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}${count === 1 ? '' : 's'}`)
    .join(', ');
}

export function countOf(problems: readonly Problem[], severity: Severity): number {
  return problems.filter((problem) => problem.severity === severity).length;
}
