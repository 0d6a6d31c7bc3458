import type { Kysely } from 'kysely';
import type { PlanProcessState, Tables } from '../../store/index.ts';
import { type Answers, answerQuestions, type PlannedProcess, type Question } from '../../upgrade/index.ts';
import { planEntries } from './plan-entries.ts';

/** The questions of a plan's processes in one of the states; only of some processes where they are given. */
export async function storedQuestions(
  db: Kysely<Tables>,
  planId: number,
  states: readonly PlanProcessState[],
  only: readonly number[] | null,
): Promise<Question[]> {
  const questions: Question[] = [];
  const wanted = only && new Set(only);
  for (let last = 0; ; ) {
    const rows = await planEntries(db, planId)
      .select(['plan_process.process_id', 'detail'])
      .where('questions', '>', 0)
      .where('state', 'in', states)
      .where('plan_process.process_id', '>', last)
      .orderBy('plan_process.process_id')
      .limit(500)
      .execute();
    for (const { process_id, detail } of rows) {
      if (wanted && !wanted.has(process_id)) continue;
      questions.push(...(JSON.parse(detail) as PlannedProcess).asked);
    }
    if (rows.length < 500) return questions;
    last = rows.at(-1)!.process_id;
  }
}

/** The answers by question id, with every group and policy spelled out; `plan-has-questions` while one is open. */
export function settle(questions: readonly Question[], answers: Answers): Answers {
  return { ...answers, ...answerQuestions({ questions }, answers) };
}
