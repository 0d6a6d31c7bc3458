import { type ErrorDetails, LockstepError } from '../../failure/index.ts';
import type { PackedTarget } from './pack-target.ts';

/** What became of a job, in a form that can be sent to another thread. */
export type PackOutcome =
  | { readonly packed: PackedTarget }
  | {
      readonly error: {
        readonly code: LockstepError['code'];
        readonly message: string;
        readonly details: ErrorDetails;
      };
    };

/** Does a job; an error that is ours becomes its outcome. */
export function outcomeOf(pack: () => PackedTarget): PackOutcome {
  try {
    return { packed: pack() };
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    const { code, message, hint, where } = error;
    return { error: { code, message, details: { ...(hint ? { hint } : {}), ...(where ? { where } : {}) } } };
  }
}
