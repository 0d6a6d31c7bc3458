import { closest } from 'fastest-levenshtein';
import { LockstepError } from '../failure/index.ts';
import { keysOf, notOffered, takes } from './answer-questions.ts';
import type { Answers, Question } from './question.ts';

/**
 * [ASK-2] Throws `plan-answer-not-valid` for the first answer whose key no question has, naming the nearest key, or whose
 * value a question of that key does not take. For answers that people give: what is stored was checked when it came.
 */
export function checkAnswers(questions: readonly Question[], answers: Answers): void {
  const byKey = questionsByKey(questions);
  for (const [key, answer] of Object.entries(answers)) {
    const asking = byKey.get(key);
    if (!asking) throw unknownKey(questions, key);
    const refusing = asking.find((question) => !takes(question, key, answer));
    if (refusing) throw notOffered(refusing, key, answer);
  }
}

/** Those of some answers that questions take; the rest is left behind [ASK-2]. */
export function fittingAnswers(questions: readonly Question[], answers: Answers): Answers {
  const byKey = questionsByKey(questions);
  const fitting = Object.entries(answers).filter(([key, answer]) =>
    byKey.get(key)?.every((question) => takes(question, key, answer)),
  );
  return Object.fromEntries(fitting);
}

function questionsByKey(questions: readonly Question[]): ReadonlyMap<string, readonly Question[]> {
  const byKey = new Map<string, Question[]>();
  for (const question of questions) {
    for (const key of keysOf(question)) {
      const asking = byKey.get(key);
      if (asking) asking.push(question);
      else byKey.set(key, [question]);
    }
  }
  return byKey;
}

function unknownKey(questions: readonly Question[], key: string): LockstepError {
  const code = 'plan-answer-not-valid';
  if (questions.length === 0) {
    return new LockstepError(code, `Nothing is asked, and "${key}" is answered.`, {
      hint: 'Leave the answer out.',
      data: { key },
    });
  }
  if (key === '*') {
    return new LockstepError(code, '"*" answers for every step that is not listed, and no such step is asked about.', {
      hint: `Answer "${questions[0]!.groupKey}".`,
      data: { key },
    });
  }
  const alike = questions.filter(({ mapping }) => mapping?.key === key);
  if (alike.length > 0) {
    const keys = [...new Set(alike.map(({ groupKey }) => `"${groupKey}"`))];
    return new LockstepError(
      code,
      `"${key}" is asked for ${keys.length === 1 ? 'one value' : `${keys.length} values`}, and each has an answer of its own.`,
      {
        hint: `Answer ${keys.slice(0, 8).join(', ')}${keys.length > 8 ? ' and so on' : ''}, or write a mapping of value to answer.`,
      },
    );
  }
  const known = [...new Set(questions.flatMap(keysOf))];
  return new LockstepError(code, `No question has the key "${key}".`, {
    hint: `The nearest that is asked is "${closest(key, known)}".`,
  });
}
