import { LockstepError } from '../failure/index.ts';
import { type ApplyInput, type ApplyResult, applyPlan } from './apply-plan.ts';
import type { Catalogue } from './catalogue.ts';
import { planRow } from './plan-summary.ts';
import { type UndoResult, undoPlan } from './undo-plan.ts';

export type ResumeResult =
  | { readonly direction: 'apply'; readonly result: ApplyResult }
  | { readonly direction: 'undo'; readonly result: UndoResult };

/** Goes on with a plan whose applying or undoing was interrupted, in the direction and with the answers of then. */
export async function resumePlan(
  catalogue: Catalogue,
  id: string,
  input: Omit<ApplyInput, 'wave'> = {},
): Promise<ResumeResult> {
  const { state } = await planRow(catalogue.store.db, id);
  switch (state) {
    case 'applying':
    case 'applied':
      return { direction: 'apply', result: await applyPlan(catalogue, id, input) };
    case 'undoing':
    case 'undone':
      return { direction: 'undo', result: await undoPlan(catalogue, id, input) };
    default:
      throw new LockstepError('plan-state', `Plan ${id} is ${state}: it was never begun.`, {
        hint: 'Apply it (`lockstep upgrade apply`).',
      });
  }
}
