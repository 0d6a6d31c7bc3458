import { LockstepError } from '../../failure/index.ts';
import { openQuestions, type Question } from '../../upgrade/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { storedQuestions } from './plan-answers.ts';
import { type PlanSummary, planRow, planSummary } from './plan-summary.ts';
import { type Wave, waveMembers } from './wave-members.ts';

/** Every question of a plan, answered or not; of one wave where it is given. */
export async function planQuestions(catalogue: Catalogue, id: string, wave?: Wave): Promise<Question[]> {
  const { id: planId } = await planRow(catalogue.store.db, id);
  const only = wave ? await waveMembers(catalogue, planId, wave) : null;
  return storedQuestions(
    catalogue.store.db,
    planId,
    ['pending', 'open', 'applied', 'skipped', 'undone', 'conflict'],
    only,
  );
}

/** Keeps answers with the plan, so that everybody who looks at it sees them; null takes one back. */
export async function answerPlan(
  catalogue: Catalogue,
  id: string,
  given: Readonly<Record<string, string | null>>,
): Promise<PlanSummary> {
  const { db } = catalogue.store;
  const plan = planSummary(await planRow(db, id));
  if (plan.state !== 'planned' && plan.state !== 'applying' && plan.state !== 'paused') {
    throw new LockstepError('plan-state', `Plan ${id} is ${plan.state}; its questions are settled.`, {
      hint: 'Plan again to decide otherwise.',
    });
  }
  const answers: Record<string, string> = { ...plan.answers };
  for (const [key, answer] of Object.entries(given)) {
    if (answer === null) delete answers[key];
    else answers[key] = answer;
  }
  // throws for an answer that is none of the choices
  openQuestions({ questions: await planQuestions(catalogue, id) }, answers);
  await db
    .updateTable('plan')
    .set({ answers: JSON.stringify(answers), changed_at: catalogue.now() })
    .where('id', '=', Number(id))
    .execute();
  return planSummary(await planRow(db, id));
}
