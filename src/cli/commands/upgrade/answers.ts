import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LockstepError } from '../../../failure/index.ts';
import { isRecord, readWritten } from '../../../process/index.ts';
import {
  type Answers,
  type GivenAnswers,
  groupQuestions,
  type Question,
  spelledAnswers,
  splitAnswer,
} from '../../../upgrade/index.ts';
import { type CommandInput, textOption } from '../../command.ts';

/** Answers from `--answers FILE` (a JSON or YAML object) and `--answer KEY=VALUE`, later ones winning. */
export async function readAnswers(input: CommandInput): Promise<Record<string, string>> {
  return { ...(await fileAnswers(input)), ...typedAnswers(input) };
}

/** Those of `--answers FILE`. */
export async function fileAnswers(input: CommandInput): Promise<Record<string, string>> {
  const file = textOption(input, 'answers');
  return file === undefined ? {} : { ...spelledAnswers(await answersIn(resolve(input.cwd, file), file)) };
}

/** Those of `--answer KEY=VALUE`. */
export function typedAnswers(input: CommandInput): Record<string, string> {
  const answers: Record<string, GivenAnswers[string]> = {};
  for (const text of (input.options['answer'] as readonly string[] | undefined) ?? []) {
    const halves = splitAnswer(text);
    if (!halves) throw new LockstepError('usage', `--answer takes QUESTION=ANSWER, not "${text}".`);
    const [key, answer] = halves;
    answers[key] = (key.startsWith('choice-not-offered:') && mappingIn(answer)) || answer;
  }
  return { ...spelledAnswers(answers) };
}

/** [ASK-1] `{"XS": "S", "XXL": "L"}`: several values of one question, typed at once. */
function mappingIn(text: string): Record<string, string> | null {
  if (!text.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && Object.values(value).every((one) => typeof one === 'string')
      ? (value as Record<string, string>)
      : null;
  } catch {
    return null;
  }
}

async function answersIn(path: string, file: string): Promise<GivenAnswers> {
  const value = readWritten(await readFile(path, 'utf8'), file).value;
  const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : null;
  const isText = (answer: unknown): boolean => typeof answer === 'string';
  if (entries?.every(([, answer]) => isText(answer) || (isRecord(answer) && Object.values(answer).every(isText)))) {
    return value as GivenAnswers;
  }
  throw new LockstepError('json-not-valid', `${file} does not hold answers.`, {
    hint: 'Write a JSON or YAML object: question id (or group key, or "*") → answer, or a mapping of value to answer.',
  });
}

/** Asks a person each open question, those of one group once. */
export async function askQuestions(
  { terminal }: CommandInput,
  questions: readonly Question[],
): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const { first, variants } of groupQuestions(questions)) {
    const choices = first.choices.map(({ answer, label }) => ({ value: answer, label }));
    for (const { key, message, count } of variants) {
      const text = count > 1 ? `${message} (${count} times)` : message;
      // one step type at several versions is answered once
      answers[key] ??=
        first.freeText && choices.length === 0 ? await terminal.ask(text) : await terminal.choose(text, choices);
    }
  }
  return answers;
}

/** The open questions as a script has to answer them. */
export function describeOpenQuestions(questions: readonly Question[]): string {
  return groupQuestions(questions)
    .flatMap(({ first, variants }) => [
      ...variants.flatMap(({ key, message, count }) => [
        `  ${message}${count > 1 ? ` (${count} times)` : ''}`,
        `    --answer ${JSON.stringify(`${key}=…`)}, for ${first.owner}:`,
      ]),
      ...first.choices.map(({ answer, label }) => `      ${answer}: ${label}`),
      ...(first.freeText ? ['      or any text of your own'] : []),
    ])
    .join('\n');
}

/**
 * `--on-unlisted` with the other answers: it says what becomes of steps that are not listed, and says nothing where no such
 * step is asked about.
 */
export async function withPolicy<T>(
  input: CommandInput,
  answers: Answers,
  act: (answers: Answers) => Promise<T>,
): Promise<T> {
  const policy = textOption(input, 'onUnlisted');
  if (policy === undefined) return act(answers);
  try {
    return await act({ ...answers, '*': policy });
  } catch (error) {
    if (!(error instanceof LockstepError) || error.data?.['key'] !== '*') throw error;
    return act(answers);
  }
}
