import { hash } from 'node:crypto';
import { answerTo } from './answer-questions.ts';
import type { UseChange } from './plan.ts';
import { kindOf } from './property/changes.ts';
import type { Answers, Question } from './question.ts';

/**
 * A digest of what happens to a process, whatever its activities are called and however many there are of a kind: two
 * processes of one group read the same. A user's own values do not count, what the upgrade writes, what goes and what
 * was answered does.
 */
export type GroupOf = (uses: readonly UseChange[], asked: readonly Question[], answers: Answers) => string;

/** Sixteen hexadecimal digits of a SHA-256. */
export function digest(text: string): string {
  return hash('sha256', text).slice(0, 16);
}

/** One for each compiled upgrade: the words of an upgrade are forgotten with it. */
export function changeGroups(): GroupOf {
  const signatures = new Words();
  const groups = new Words();
  return (uses, asked, answers) => {
    const lines = new Set<string>();
    for (const use of uses) lines.add(signature(signatures, use));
    for (const question of asked) {
      const answer = answerTo(question, answers);
      lines.add(answer === undefined ? question.groupKey : `${question.groupKey}\t${answer}`);
    }
    let place = groups;
    for (const line of lines.size === 1 ? lines : [...lines].sort()) place = place.below(line);
    place.text ??= digest([...lines].sort().join('\n'));
    return place.text;
  };
}

/**
 * A text found by its words, one after the other. Of a hundred thousand processes most are of few groups: walking along
 * words that are known takes a tenth of the time of putting them together and looking the whole up.
 */
class Words {
  readonly #below = new Map<string | number, Words>();
  text: string | null = null;

  below(word: string | number): Words {
    let found = this.#below.get(word);
    if (!found) {
      found = new Words();
      this.#below.set(word, found);
    }
    return found;
  }
}

function signature(signatures: Words, use: UseChange): string {
  const { from, to, outcome, rule, properties } = use;
  let place = signatures.below(from.version).below(from.stepType);
  place = to ? place.below(to.version).below(to.stepType) : place.below('');
  place = place.below(outcome).below(rule);
  for (const change of properties) {
    const kind = kindOf(change);
    place = place
      .below(kind.signature?.(change) ?? kind.kind)
      .below(change.name)
      .below(change.was ?? '');
    if (kind.written) place = place.below(kind.written(change));
  }
  place.text ??= describe(use);
  return place.text;
}

function describe({ from, to, outcome, rule, properties }: UseChange): string {
  let text = `${from.version}\t${from.stepType}\t${to?.version ?? ''}\t${to?.stepType ?? ''}\t${outcome}\t${rule}`;
  for (const change of properties) {
    const kind = kindOf(change);
    text += `\t${kind.signature?.(change) ?? kind.kind}\t${change.name}\t${change.was ?? ''}`;
    if (kind.written) text += `\t${kind.written(change)}`;
  }
  return text;
}
