import { answerTo } from './answer-questions.ts';
import type { CompiledUpgrade } from './compiled-upgrade.ts';
import type { PropertyChange, ShownValue } from './plan.ts';
import type { ProgramRun } from './property/run-program.ts';
import type { Answers, Question } from './question.ts';

/** What becomes of the values that were asked about, with the answers so far [ASK-3]. */
export function settleValues(
  { changes, asked }: Pick<ProgramRun, 'changes' | 'asked'>,
  questions: readonly Question[],
  answers: Answers,
  { hides }: Pick<CompiledUpgrade, 'hides'>,
): PropertyChange[] {
  return changes.map((change) => {
    if (change.kind !== 'asked') return change;
    const at = asked.findIndex(({ property }) => property === change.name);
    const question = questions[at];
    const answer = question && answerTo(question, answers);
    if (answer === undefined) return change;
    const after = valueAfter(answer, asked[at]!.offered, change.before);
    const shown: ShownValue = typeof after === 'string' && hides(change.name) ? { secret: true } : after;
    return {
      ...change,
      kind: 'answered',
      after: shown,
      reason: ['drop', 'keep'].includes(answer) ? `A person decided to ${answer} it.` : 'A person chose it.',
    };
  });
}

function valueAfter(answer: string, offered: readonly string[], before: ShownValue): ShownValue {
  if (offered.includes(answer)) return answer;
  return answer === 'drop' ? null : answer === 'keep' ? before : answer;
}
