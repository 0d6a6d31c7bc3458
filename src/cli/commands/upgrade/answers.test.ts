import { expect, it } from 'vitest';
import type { CommandInput } from '../../command.ts';
import { typedAnswers } from './answers.ts';

const typed = (...answer: string[]) => typedAnswers({ options: { answer } } as unknown as CommandInput);

it('[ASK-1] several values of one question are answered as a mapping, also where they are typed', () => {
  expect(typed('choice-not-offered:Order:size={"XS": "S", "x=y": "L"}', 'unlisted-step:Order=pin')).toEqual({
    'choice-not-offered:Order:size:XS': 'S',
    'choice-not-offered:Order:size:"x=y"': 'L',
    'unlisted-step:Order': 'pin',
  });
});

it('a text of braces is an answer like any other where a text is asked for, or where it is no mapping', () => {
  const answers = { 'lost-output:t:${p:A/b}': '{"a": "b"}', 'choice-not-offered:Order:size:XS': '{no' };
  expect(typed(...Object.entries(answers).map(([key, answer]) => `${key}=${answer}`))).toEqual(answers);
});
