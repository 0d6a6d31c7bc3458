import type { LockstepError } from './lockstep-error.ts';
import { formatPlace, type Place } from './place.ts';

export type Severity = 'error' | 'warning' | 'notice';

/**
 * Something wrong that is collected and shown, never thrown: a linter's finding, a plan's warning.
 * `code` is stable and kebab-case (docs/errors.md); `hint` says what to do.
 */
export interface Problem {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string;
  readonly where?: Place;
}

/** An error as data, for a report in which the others go on. */
export function problemOf({ code, message, hint, where }: LockstepError): Problem {
  return {
    code,
    severity: 'error',
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(where === undefined ? {} : { where }),
  };
}

/** `file:line:column code message → what to do` */
export function formatProblem(problem: Problem): string {
  const place = problem.where ? `${formatPlace(problem.where)} ` : '';
  const hint = problem.hint ? ` → ${problem.hint}` : '';
  return `${place}${problem.severity} ${problem.code} ${problem.message}${hint}`;
}
