import type { BeginInput, JoinInput } from './apply-plan.ts';
import type { PlanRollout } from './plan-rollout.ts';
import type { PlanSummary } from './plan-summary.ts';

export interface ResumeInput extends JoinInput {
  readonly answers?: NonNullable<BeginInput['answers']>;
  /** Another limit than before; null: none any more. */
  readonly stopAbove?: number | null;
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
