import { LockstepError } from '../../failure/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { countStates, lockedPlan, movePlan } from './plan-journal.ts';
import { type PlanPause, rolloutOf } from './plan-rollout.ts';
import { type PlanSummary, planRow, planSummary } from './plan-summary.ts';

/**
 * Lets a plan rest that is being applied, by whichever server: each ends the chunk at hand and takes no other. The pause
 * is kept until somebody continues, or undoes. Throws `plan-state` where nothing is being applied.
 */
export async function pausePlan(catalogue: Catalogue, id: string): Promise<PlanSummary> {
  const paused = await rest(catalogue, id, { why: 'asked', rate: null });
  const plan = planSummary(await planRow(catalogue.store.db, id));
  if (paused || plan.state === 'paused') return plan;
  throw new LockstepError('plan-state', `Plan ${id} is ${plan.state}: there is nothing to pause.`, {
    hint: 'Only a plan that is being applied can be paused.',
  });
}

/** Pauses a plan that is being applied and not at its end; false where it is not. */
export async function rest(
  catalogue: Catalogue,
  id: string,
  { why, rate }: Pick<PlanPause, 'why' | 'rate'>,
): Promise<boolean> {
  return catalogue.store.transaction(async (tx) => {
    const now = await lockedPlan(tx, id);
    if (now.state !== 'applying') return false;
    const { pending, open } = await countStates(tx.db, now.id);
    if (pending + open === 0) return false;
    const rollout = rolloutOf(now);
    await movePlan(tx.db, catalogue, now, 'paused', {
      rollout: { ...rollout, pause: { why, rate, at: catalogue.now(), by: catalogue.user } },
      action: 'upgrade.paused',
      detail: { why, ...(rollout.wave && { wave: rollout.wave.name }), ...(rate && { rate }) },
    });
    return true;
  });
}
