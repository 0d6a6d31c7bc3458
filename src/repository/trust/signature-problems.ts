import type { Problem } from '../../failure/index.ts';
import type { TrustRole } from './trust-roles.ts';

/** How long the signature of one role still holds. */
export interface SignatureTerm {
  /** Null for the root, which all channels of a repository share. */
  readonly channel: string | null;
  readonly role: TrustRole;
  /** ISO 8601. */
  readonly ends: string;
  /** Whole days that are left; below 0 once it has ended. */
  readonly days: number;
}

/** From how many days before its end a role is warned of: where people must act, early; what is signed weekly, when that was missed. */
const warnFrom: Readonly<Record<TrustRole, number>> = { root: 60, targets: 60, snapshot: 10, timestamp: 2 };

/** What helps against an end of a role. */
export const cures: Readonly<Record<TrustRole, string>> = {
  root: 'lockstep repository keys rotate root',
  targets: 'lockstep repository sign',
  snapshot: 'lockstep repository sign',
  timestamp: 'lockstep repository sign',
};

/** Terms that have ended (errors) or come to their end (warnings), with what helps. Pure. */
export function signatureProblems(terms: readonly SignatureTerm[]): Problem[] {
  return terms.flatMap(({ channel, role, ends, days }): Problem[] => {
    if (days >= warnFrom[role]) return [];
    const what = channel === null ? 'The root of this repository' : `The ${role} of "${channel}"`;
    const hint = `Run "${cures[role]}" where its keys are.`;
    if (days < 0) {
      const message = `${what} has ended on ${ends}: clients refuse it.`;
      return [{ code: 'signature-expired', severity: 'error', message, hint }];
    }
    const left = days === 1 ? '1 day' : `${days} days`;
    return [
      {
        code: 'signature-ends-soon',
        severity: 'warning',
        message: `${what} ends in ${left} (${ends}).`,
        hint,
      },
    ];
  });
}
