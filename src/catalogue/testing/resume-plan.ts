import { LockstepError } from '../../failure/index.ts';
import { spelledAnswers } from '../../upgrade/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { type ApplyResult, applyPlan } from '../plan/apply-plan.ts';
import { goingOn, type ResumeInput } from '../plan/going-on.ts';
import { rolloutOf } from '../plan/plan-rollout.ts';
import { planRow } from '../plan/plan-summary.ts';
import { type UndoResult, undoPlan } from '../plan/undo-plan.ts';

export type ResumeResult =
  | { readonly direction: 'apply'; readonly result: ApplyResult }
  | { readonly direction: 'undo'; readonly result: UndoResult };

/**
 * Goes on with a plan whose applying or undoing was interrupted or paused, in the direction and with the answers of then:
 * with the rest of its wave or, where the wave is done, with the rest of the plan.
 */
export async function resumePlan(catalogue: Catalogue, id: string, input: ResumeInput = {}): Promise<ResumeResult> {
  const plan = await planRow(catalogue.store.db, id);
  switch (plan.state) {
    case 'applying':
    case 'paused':
    case 'applied':
      return { direction: 'apply', result: await applyPlan(catalogue, id, goingOn(rolloutOf(plan), input)) };
    case 'undoing':
    case 'undone': {
      const { stopAbove: _, answers, ...undo } = input;
      return {
        direction: 'undo',
        result: await undoPlan(catalogue, id, { ...undo, answers: spelledAnswers(answers ?? {}) }),
      };
    }
    default:
      throw new LockstepError('plan-state', `Plan ${id} is ${plan.state}: it was never begun.`, {
        hint: 'Apply it (`lockstep upgrade apply`).',
      });
  }
}
