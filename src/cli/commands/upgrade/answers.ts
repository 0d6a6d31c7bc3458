import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LockstepError } from '../../../failure/index.ts';
import { parseJson } from '../../../process/index.ts';
import type { Answers, Question } from '../../../upgrade/index.ts';
import { type CommandInput, textOption } from '../../command.ts';

/** Answers from `--answers FILE` (a JSON object), `--answer KEY=VALUE` and `--on-unlisted` (key `*`), later ones winning. */
export async function readAnswers(input: CommandInput): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  const file = textOption(input, 'answers');
  if (file !== undefined) Object.assign(answers, await answersIn(resolve(input.cwd, file), file));
  for (const text of (input.options['answer'] as readonly string[] | undefined) ?? []) {
    const at = text.indexOf('=');
    if (at < 1) throw new LockstepError('usage', `--answer takes QUESTION=ANSWER, not "${text}".`);
    answers[text.slice(0, at)] = text.slice(at + 1);
  }
  const policy = textOption(input, 'onUnlisted');
  if (policy !== undefined) answers['*'] = policy;
  return answers;
}

async function answersIn(path: string, file: string): Promise<Answers> {
  const value = parseJson(await readFile(path, 'utf8'), file);
  const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : null;
  if (entries?.every(([, answer]) => typeof answer === 'string')) return value as Answers;
  throw new LockstepError('json-not-valid', `${file} does not hold answers.`, {
    hint: 'Write a JSON object: question id (or group key, or "*") → answer.',
  });
}

/** Asks a person each open question, those of one group once. */
export async function askQuestions(
  { terminal }: CommandInput,
  questions: readonly Question[],
): Promise<Record<string, string>> {
  const groups = Map.groupBy(questions, ({ groupKey }) => groupKey);
  const answers: Record<string, string> = {};
  for (const [key, alike] of groups) {
    const [first] = alike;
    if (!first) continue;
    const more = alike.length > 1 ? ` (and ${alike.length - 1} more like it)` : '';
    const choices = first.choices.map(({ answer, label }) => ({ value: answer, label }));
    answers[key] =
      first.freeText && choices.length === 0
        ? await terminal.ask(`${first.message}${more}`)
        : await terminal.choose(`${first.message}${more}`, choices);
  }
  return answers;
}

/** The open questions as a script has to answer them. */
export function describeOpenQuestions(questions: readonly Question[]): string {
  const groups = Map.groupBy(questions, ({ groupKey }) => groupKey);
  return [...groups]
    .map(([key, alike]) => {
      const [first] = alike;
      const choices = first?.choices.map(({ answer, label }) => `      ${answer}: ${label}`) ?? [];
      return [
        `  ${first?.message}${alike.length > 1 ? ` (${alike.length} times)` : ''}`,
        `    --answer ${JSON.stringify(`${key}=…`)}, for ${first?.owner}:`,
        ...choices,
      ].join('\n');
    })
    .join('\n');
}
