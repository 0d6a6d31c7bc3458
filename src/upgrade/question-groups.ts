import { answerTo } from './answer-questions.ts';
import type { Answers, Question } from './question.ts';

/** Questions that a person reads together: they differ by a value, or by the place alone [ASK-1]. */
export interface QuestionGroup {
  readonly first: Question;
  /** Each distinct text with its key, how many uses ask it, and its answer. */
  readonly variants: readonly QuestionVariant[];
  /** A key that answers several values at once, as a mapping of value to answer. */
  readonly mappingKey: string | null;
}

export interface QuestionVariant {
  readonly message: string;
  /** What it differs by from the others; null where it differs by nothing, or by its place. */
  readonly value: string | null;
  readonly key: string;
  readonly count: number;
  readonly answer: string | null;
}

/** [ASK-1] In the order in which they come; groups of one key that offer different choices stay apart. */
export function groupQuestions(questions: readonly Question[], answers: Answers = {}): QuestionGroup[] {
  const groups = Map.groupBy(questions, (question) => {
    const key = question.mapping?.key ?? question.policyKey ?? question.groupKey;
    return JSON.stringify([key, question.choices, question.when?.map((condition) => condition.answers)]);
  });
  return Array.from(groups.values(), (alike): QuestionGroup => {
    const [first] = alike as [Question, ...Question[]];
    const distinct = Map.groupBy(alike, ({ message, groupKey, policyKey }) =>
      JSON.stringify([message, policyKey ?? groupKey]),
    );
    const variants = Array.from(distinct.values(), (same): QuestionVariant => {
      const [one] = same as [Question, ...Question[]];
      const given = new Set(same.map((question) => answerTo(question, answers) ?? null));
      const [answer = null] = given;
      return {
        message: one.message,
        value: one.mapping?.value ?? null,
        key: one.policyKey ?? one.groupKey,
        count: same.length,
        answer: given.size === 1 ? answer : null,
      };
    });
    return { first, variants, mappingKey: variants.length > 1 ? (first.mapping?.key ?? null) : null };
  });
}
