import { LockstepError } from '../failure/index.ts';
import type { Plan } from './plan.ts';
import type { Answers, Question } from './question.ts';

/**
 * Question id → its answer, for every question that counts. Throws `plan-has-questions` while one is open, and
 * `plan-answer-not-valid` for an answer that the question does not offer.
 */
export function answerQuestions(plan: Pick<Plan, 'questions'>, answers: Answers): Record<string, string> {
  const open = openQuestions(plan, answers);
  if (open.length > 0) throw questionsOpen(open);
  const given: Record<string, string> = {};
  for (const question of plan.questions) {
    const answer = answerTo(question, answers);
    if (answer !== undefined) given[question.id] = answer;
  }
  return given;
}

/** Questions that count and have no answer yet; throws `plan-answer-not-valid` for an answer that is not offered. */
export function openQuestions(plan: Pick<Plan, 'questions'>, answers: Answers): Question[] {
  const byId = new Map(plan.questions.map((question) => [question.id, question]));
  return plan.questions.filter((question) => {
    const answer = answerTo(question, answers);
    return answer === undefined && !question.optional && counts(question);
  });

  function counts({ when }: Question): boolean {
    return when === undefined || when.some((condition) => raised(condition.question, condition.answers));
  }

  function raised(id: string, wanted: readonly string[]): boolean {
    const other = byId.get(id);
    const answer = other ? answerTo(other, answers) : answers[id];
    return answer !== undefined && wanted.includes(answer);
  }
}

/** [ASK-1] The valid answer to a question, by the first of its keys that has one; undefined while there is none. */
export function answerTo(question: Question, answers: Answers): string | undefined {
  for (const key of keysOf(question)) {
    const answer = Object.hasOwn(answers, key) ? answers[key] : undefined;
    if (answer === undefined) continue;
    if (takes(question, key, answer)) return answer;
    throw notOffered(question, key, answer);
  }
  return undefined;
}

/** Every key that answers a question, the narrowest first. */
export function keysOf({ id, kind, groupKey, policyKey }: Question): string[] {
  return [...new Set([id, groupKey, ...(policyKey ? [policyKey] : []), ...(kind === 'unlisted-step' ? ['*'] : [])])];
}

export function takes({ id, groupKey, choices, freeText }: Question, key: string, answer: string): boolean {
  return (freeText && (key === id || key === groupKey)) || choices.some((choice) => choice.answer === answer);
}

export function notOffered({ choices, message }: Question, key: string, answer: string): LockstepError {
  const offered = choices.map((choice) => choice.answer).join(', ');
  return new LockstepError('plan-answer-not-valid', `"${answer}" is no answer to "${key}": ${message}`, {
    hint: `Answer with one of: ${offered}.`,
  });
}

export function questionsOpen(open: readonly Question[]): LockstepError {
  const first = open[0] as Question;
  const more = open.length > 1 ? ` (and ${open.length - 1} more)` : '';
  const ids = open.map(({ id }) => id);
  return new LockstepError('plan-has-questions', `A question is open: ${first.message}${more}`, {
    hint: `Answer "${first.groupKey}" with ${first.choices.map(({ answer }) => answer).join(', ')}${first.freeText ? ' or a text' : ''}.`,
    data: { questions: ids },
  });
}
