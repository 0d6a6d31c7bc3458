import { describe, expect, it } from 'vitest';
import { choices, definition, planOne, process, upgrade, use, wholePlan } from '../../test/examples/small-plugin.ts';
import { checkAnswers, describePlan, fittingAnswers, groupQuestions, spellOut, splitAnswer } from './index.ts';

const compiled = upgrade({
  definitions: [
    definition(1, { Order: { size: choices('XS', 'M', 'XXL') }, Gone: {} }),
    definition(2, { Order: { size: choices('S', 'M', 'L') } }),
  ],
  migrate: '<migrate to-version="2"><migrate-command name="Order"/></migrate>',
});
const order = (size: string, name = 'A') => use('Order', 1, { size }, { name });
const plan = wholePlan(
  compiled,
  process([order('XS'), order('XXL', 'B')]),
  { ...process([order('XS')]), name: 'Another' },
  { ...process([use('Gone', 1)]), name: 'Third' },
);

function refusal(answers: Record<string, string>): string {
  try {
    checkAnswers(plan.questions, answers);
    return '';
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint: string };
    return `${code} ${message} ${hint}`;
  }
}

describe('answers to questions', () => {
  it('[ASK-1] the value that a text shows is in its key, and values are listed with how often each occurs', () => {
    const [sizes] = groupQuestions(plan.questions.filter(({ kind }) => kind === 'choice-not-offered'));
    expect(sizes?.mappingKey).toBe('choice-not-offered:Order:size');
    expect(sizes?.variants.map(({ key, count }) => [key, count])).toEqual([
      ['choice-not-offered:Order:size:XS', 2],
      ['choice-not-offered:Order:size:XXL', 1],
    ]);
    const text = describePlan(plan, { 'choice-not-offered:Order:size:XS': 'S' });
    expect(text).toContain('answer all as "choice-not-offered:Order:size:XS" · answered: S');
    expect(text).toContain('"XXL"');
  });

  it('[ASK-1] a mapping stands for one answer each of its values, also where a value needs quotes', () => {
    expect(spellOut({ 'choice-not-offered:Order:size': { XS: 'S', 'a=b': null }, '*': 'pin' })).toEqual({
      'choice-not-offered:Order:size:XS': 'S',
      'choice-not-offered:Order:size:"a=b"': null,
      '*': 'pin',
    });
    expect(splitAnswer('choice-not-offered:Order:size:"a=b"=S')).toEqual(['choice-not-offered:Order:size:"a=b"', 'S']);
    expect(splitAnswer('lost-output:t:${p:A/x}=a=b')).toEqual(['lost-output:t:${p:A/x}', 'a=b']);
    expect(splitAnswer('nothing')).toBeNull();
  });

  it('[ASK-2] a key or a value that no question knows is refused and the nearest named', () => {
    expect(refusal({ 'choice-not-offered:Order:size:XL': 'L' })).toMatch(
      /^plan-answer-not-valid .*"choice-not-offered:Order:size:XX?[LS]"/,
    );
    expect(refusal({ 'choice-not-offered:Order:size': 'S' })).toMatch(
      /2 values.*"choice-not-offered:Order:size:XS", "choice-not-offered:Order:size:XXL"/,
    );
    expect(refusal({ 'choice-not-offered:Order:size:XS': 'XS' })).toMatch(
      /^plan-answer-not-valid .*S, M, L, drop, keep/,
    );
    expect(refusal({ '*': 'drop' })).toMatch(/delete, pin, carry/);
    expect(refusal({ '*': 'pin', 'unlisted-step:Gone': 'delete', 'choice-not-offered:Order:size:XS': 'S' })).toBe('');
    const sizes = plan.questions.filter(({ kind }) => kind === 'choice-not-offered');
    expect(() => checkAnswers(sizes, { '*': 'pin' })).toThrow(
      expect.objectContaining({ code: 'plan-answer-not-valid' }),
    );
    expect(() => checkAnswers([], { '*': 'pin' })).toThrow(expect.objectContaining({ code: 'plan-answer-not-valid' }));
  });

  it('[ASK-2] of answers given before, those that still fit are kept', () => {
    const before = {
      'unlisted-step:Gone': 'pin',
      'choice-not-offered:Order:size:XS': 'gone',
      'unlisted-step:Other': 'pin',
    };
    expect(fittingAnswers(plan.questions, before)).toEqual({ 'unlisted-step:Gone': 'pin' });
  });

  it('[ASK-3] a plan that is made with answers says what it does with them, and asks the same questions', () => {
    const document = process([order('XS'), use('Gone', 1)]);
    const open = planOne(compiled, document);
    const answered = planOne(compiled, document, { '*': 'delete', 'choice-not-offered:Order:size:XS': 'S' });
    expect([open.open, answered.open]).toEqual([2, 0]);
    expect(answered.asked.map(({ id }) => id)).toEqual(open.asked.map(({ id }) => id));
    expect(answered.uses.map(({ outcome }) => outcome)).toEqual(['carried', 'deleted']);
    expect(answered.uses[0]?.properties).toMatchObject([{ kind: 'answered', before: 'XS', after: 'S' }]);
    expect(answered.graph.length).toBeGreaterThan(0);
    expect(answered.group).not.toBe(open.group);
  });
});
