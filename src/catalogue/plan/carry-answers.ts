import { LockstepError } from '../../failure/index.ts';
import { type Answers, openQuestions, type Question } from '../../upgrade/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { answerPlan, planQuestions } from './answer-plan.ts';
import { planRow } from './plan-summary.ts';

/**
 * Gives a new plan what people answered to the latest one before it that is open, of the same plugin and version:
 * planning again must not ask again. An answer that no question takes any more stays behind.
 */
export async function carryAnswers(catalogue: Catalogue, id: string): Promise<Answers> {
  const { db } = catalogue.store;
  const plan = await planRow(db, id);
  const before = await db
    .selectFrom('plan')
    .select('answers')
    .where('plugin_id', '=', plan.plugin_id)
    .where('version', '=', plan.version)
    .where('state', '=', 'planned')
    .where('id', '<', plan.id)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const given = Object.entries(JSON.parse(before?.answers ?? '{}') as Answers);
  if (given.length === 0) return {};
  const questions = await planQuestions(catalogue, id);
  const fitting = Object.fromEntries(given.filter(([key, answer]) => fits(questions, key, answer)));
  return (await answerPlan(catalogue, id, fitting)).answers;
}

function fits(questions: readonly Question[], key: string, answer: string): boolean {
  const asking = questions.filter(({ id, groupKey }) => key === '*' || key === id || key === groupKey);
  try {
    openQuestions({ questions: asking }, { [key]: answer });
    return asking.length > 0;
  } catch (error) {
    if (error instanceof LockstepError && error.code === 'plan-answer-not-valid') return false;
    throw error;
  }
}
