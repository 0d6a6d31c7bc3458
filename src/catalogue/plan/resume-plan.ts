import { LockstepError } from '../../failure/index.ts';
import { spelledAnswers } from '../../upgrade/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { type ApplyResult, applyPlan, type BeginInput, type JoinInput } from './apply-plan.ts';
import { type PlanRollout, rolloutOf } from './plan-rollout.ts';
import { type PlanSummary, planRow } from './plan-summary.ts';
import { type UndoResult, undoPlan } from './undo-plan.ts';

export type ResumeResult =
  | { readonly direction: 'apply'; readonly result: ApplyResult }
  | { readonly direction: 'undo'; readonly result: UndoResult };

export interface ResumeInput extends JoinInput {
  readonly answers?: NonNullable<BeginInput['answers']>;
  /** Another limit than before; null: none any more. */
  readonly stopAbove?: number | null;
}

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

/** How a plan goes on: in its wave, and under the limit that it had. */
export function goingOn(
  rollout: PlanRollout,
  { stopAbove = rollout.stopAbove, ...input }: ResumeInput = {},
): BeginInput & JoinInput {
  const wave = rollout.pause?.why === 'wave-done' ? null : rollout.wave;
  return { ...input, ...(stopAbove !== null && { stopAbove }), ...(wave && { wave }) };
}

/** What "apply" means for a plan: one that was interrupted goes on as it was begun, unless a wave is named. */
export function asBegun({ state, course }: Pick<PlanSummary, 'state' | 'course'>, input: BeginInput): BeginInput {
  return state === 'applying' && input.wave === undefined ? { ...goingOn(course), ...input } : input;
}
