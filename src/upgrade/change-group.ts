import { hash } from 'node:crypto';
import type { PropertyChange, UseChange } from './plan.ts';
import type { Question } from './question.ts';

/**
 * A digest of what happens to a process, whatever its activities are called and however many there are of a kind: two
 * processes of one group read the same. A user's own values do not count, what the upgrade writes does.
 */
export function groupOf(uses: readonly UseChange[], asked: readonly Question[]): string {
  const lines = new Set<string>();
  for (const use of uses) lines.add(signature(use));
  for (const { groupKey } of asked) lines.add(groupKey);
  let place = groups;
  for (const line of lines.size === 1 ? lines : [...lines].sort()) place = place.below(line);
  place.text ??= digest([...lines].sort().join('\n'));
  return place.text;
}

/** Sixteen hexadecimal digits of a SHA-256. */
export function digest(text: string): string {
  return hash('sha256', text).slice(0, 16);
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
      if (++wordsKept > 20_000) forget();
      found = new Words();
      this.#below.set(word, found);
    }
    return found;
  }
}

let signatures = new Words();
let groups = new Words();
let wordsKept = 0;

/** A long-lived server would otherwise keep the words of every upgrade that it ever planned. */
function forget(): void {
  signatures = new Words();
  groups = new Words();
  wordsKept = 0;
}

function signature(use: UseChange): string {
  const { from, to, outcome, rule, properties } = use;
  let place = signatures.below(from.version).below(from.stepType);
  place = to ? place.below(to.version).below(to.stepType) : place.below('');
  place = place.below(outcome).below(rule);
  for (const change of properties) {
    place = place
      .below(change.kind)
      .below(change.name)
      .below(change.was ?? '');
    if (change.kind === 'defaulted') place = place.below(written(change));
  }
  place.text ??= describe(use);
  return place.text;
}

function describe({ from, to, outcome, rule, properties }: UseChange): string {
  let text = `${from.version}\t${from.stepType}\t${to?.version ?? ''}\t${to?.stepType ?? ''}\t${outcome}\t${rule}`;
  for (const change of properties) {
    const { kind, name, was } = change;
    text += `\t${kind}\t${name}\t${was ?? ''}`;
    if (kind === 'defaulted') text += `\t${written(change)}`;
  }
  return text;
}

function written({ after }: PropertyChange): string {
  return typeof after === 'string' ? after : '(secret)';
}
