import { LockstepError } from '../../failure/index.ts';
import {
  checkAnswers,
  type GivenAnswers,
  openQuestions,
  type Question,
  spelledAnswers,
  spellOut,
} from '../../upgrade/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { keepAnswers } from './keep-answers.ts';
import { storedQuestions } from './plan-answers.ts';
import { lockedPlan } from './plan-journal.ts';
import { type PlanSummary, planRow, planSummary } from './plan-summary.ts';
import { plannedUpgrade } from './planned-target.ts';
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

/**
 * Keeps answers with the plan, so that everybody who looks at it sees them; null takes one back. Throws
 * `plan-answer-not-valid` for an answer that nothing asks or that is not offered [ASK-2].
 */
export async function answerPlan(catalogue: Catalogue, id: string, given: GivenAnswers): Promise<PlanSummary> {
  const { store } = catalogue;
  const plan = planSummary(await planRow(store.db, id));
  if (plan.state !== 'planned' && plan.state !== 'applying' && plan.state !== 'paused') {
    throw new LockstepError('plan-state', `Plan ${id} is ${plan.state}; its questions are settled.`, {
      hint: 'Plan again to decide otherwise.',
    });
  }
  const questions = await planQuestions(catalogue, id);
  const answered = spelledAnswers(given);
  checkAnswers(questions, answered);
  const spelled = Object.entries(spellOut(given));
  const takenBack = new Set(spelled.filter(([, answer]) => answer === null).map(([key]) => key));
  await store.transaction(async (tx) => {
    const row = await lockedPlan(tx, id);
    const kept = Object.entries(JSON.parse(row.answers) as Record<string, string>).filter(
      ([key]) => !takenBack.has(key),
    );
    const answers = { ...Object.fromEntries(kept), ...answered };
    openQuestions({ questions }, answers);
    await keepAnswers(tx, await plannedUpgrade(tx.db, row), row, answers, catalogue.now());
  });
  return planSummary(await planRow(store.db, id));
}
