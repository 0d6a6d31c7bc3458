import type { Answers, GivenAnswers, QuestionKind } from './question.ts';

/**
 * The key of a question or a group, as people type it: `choice-not-offered:Order:size:XS`. A part that would end too
 * soon, at a colon or an equals sign, stands in double quotes; the last part may hold colons.
 */
export function questionKey(kind: QuestionKind, ...parts: readonly string[]): string {
  return [kind, ...parts.map((part, index) => written(part, index === parts.length - 1))].join(':');
}

function written(part: string, last: boolean): string {
  const plain = part !== '' && part.trim() === part && !/["=\n\r\t]/.test(part) && (last || !part.includes(':'));
  return plain ? part : JSON.stringify(part);
}

/** A mapping's answers one by one, each under the key of its value [ASK-1]. */
export function spellOut(given: GivenAnswers): Record<string, string | null> {
  const answers: Record<string, string | null> = {};
  for (const [key, answer] of Object.entries(given)) {
    if (answer === null || typeof answer === 'string') answers[key] = answer;
    else for (const [value, one] of Object.entries(answer)) answers[`${key}:${written(value, true)}`] = one;
  }
  return answers;
}

/** As `spellOut`, without what is taken back. */
export function spelledAnswers(given: GivenAnswers): Answers {
  const entries = Object.entries(spellOut(given));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== null));
}

/** `KEY=ANSWER` as its two halves; an equals sign in quotes belongs to the key. Null without one. */
export function splitAnswer(text: string): readonly [key: string, answer: string] | null {
  const [, key, answer] = /^((?:"(?:\\.|[^"\\])*"|[^"=])+|[^=]+)=(.*)$/s.exec(text) ?? [];
  return key === undefined || answer === undefined ? null : [key, answer];
}
