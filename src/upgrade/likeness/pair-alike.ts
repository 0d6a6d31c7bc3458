import { munkres } from 'munkres';
import { differOnlyInForm, folded, type NameForm } from './name-form.ts';

/** One that went and one that came, taken for the same under another name. */
export interface Pair<T> {
  readonly old: T;
  readonly now: T;
  /** 0 … 1; 1 where only letter case or Unicode form differ, which is certain. */
  readonly score: number;
  readonly form: NameForm | null;
}

/** One that went and was not paired, with those that came which it may have become, the most alike first. */
export interface Gone<T> {
  readonly old: T;
  readonly candidates: readonly T[];
}

/** Everything that went is in one of the two: a doubt is asked, never left out. */
export interface Pairing<T> {
  readonly pairs: readonly Pair<T>[];
  readonly gone: readonly Gone<T>[];
}

export interface Comparison<T> {
  /** How alike two are, once it is known that these old names became these new ones. */
  readonly scoring: (known: ReadonlyMap<string, string>) => (old: T, now: T) => number;
  /** Of a kind that one could have become the other at all. */
  readonly possible: (old: T, now: T) => boolean;
  /** So much of one kind that the only two of them are asked as a rename, whatever their words. */
  readonly sameKind: (old: T, now: T) => boolean;
  /** The last two of a kind are proposed as a rename from this likeness on, and asked about below it. */
  readonly lastTwo: number;
}

/** From here on a pair among several is taken for a rename, where no other choice is nearly as good. */
const likely = 0.45;
/** What another choice must be worse by, in the sum of all pairs. */
const clearly = 0.08;
/** Below this nothing is proposed, also of the last two. */
const unlike = 0.25;
/** Above this many comparisons nothing is compared but forms of names: all are named without candidates. */
const tooMany = 10_000;

/** Pairs what went with what came so that the sum of likenesses is the greatest: an assignment, not a race. */
export function pairAlike<T extends { readonly name: string }>(
  gone: readonly T[],
  come: readonly T[],
  comparison: Comparison<T>,
): Pairing<T> {
  const certain = pairForms(gone, come);
  const taken = new Set(certain.flatMap(({ old, now }) => [old, now]));
  const left = gone.filter((one) => !taken.has(one));
  const free = come.filter((one) => !taken.has(one));
  if (left.length * free.length > tooMany)
    return { pairs: certain, gone: left.map((old) => ({ old, candidates: [] })) };

  const pairs = [...certain];
  // what one pair leaves may be all that is left, and tells where the others stand
  for (let found = round(); found.length > 0; found = round()) {
    pairs.push(...found);
    for (const { old, now } of found) taken.add(old).add(now);
  }
  const score = scoring();
  return { pairs, gone: left.flatMap((old) => (taken.has(old) ? [] : [{ old, candidates: candidatesOf(old) }])) };

  function scoring() {
    return comparison.scoring(new Map(pairs.map(({ old, now }) => [old.name, now.name])));
  }

  function round(): Pair<T>[] {
    const rows = left.filter((old) => !taken.has(old));
    const columns = free.filter((now) => !taken.has(now));
    if (rows.length === 0 || columns.length === 0) return [];
    const like = scoring();
    const alone = rows.length === 1 && columns.length === 1 && comparison.sameKind(rows[0]!, columns[0]!);
    return assign(rows.map((old) => columns.map((now) => (comparison.possible(old, now) ? like(old, now) : null))))
      .filter(({ score, regret }) => (alone ? score >= comparison.lastTwo : score >= likely && regret >= clearly))
      .map(({ row, column, score }) => ({ old: rows[row]!, now: columns[column]!, score, form: null }));
  }

  function candidatesOf(old: T): T[] {
    return free
      .filter((now) => !taken.has(now) && comparison.possible(old, now))
      .map((now) => ({ now, likeness: score(old, now) }))
      .sort((a, b) => b.likeness - a.likeness)
      .map(({ now }) => now);
  }
}

/** [PROP-8] Where several names fold into one, which became which is not certain. */
function pairForms<T extends { readonly name: string }>(gone: readonly T[], come: readonly T[]): Pair<T>[] {
  const alike = (list: readonly T[], name: string) => list.filter((one) => folded(one.name) === folded(name));
  return gone.flatMap((old) => {
    const [now, second] = alike(come, old.name);
    if (!now || second || alike(gone, old.name).length > 1) return [];
    return [{ old, now, score: 1, form: differOnlyInForm(old.name, now.name) }];
  });
}

interface Assigned {
  readonly row: number;
  readonly column: number;
  readonly score: number;
  /** How much the sum of all pairs loses without this one. */
  readonly regret: number;
}

function assign(scores: readonly (readonly (number | null)[])[]): Assigned[] {
  const costs = scores.map((row) => row.map((score) => 1 - (score ?? 0)));
  const best = munkres(costs);
  const sum = total(best);
  const found = best.filter(([row, column]) => (scores[row]![column] ?? 0) >= unlike);
  return found.map(([row, column]) => {
    const score = scores[row]![column]!;
    const cost = costs[row]![column]!;
    costs[row]![column] = 1;
    // a sum without this pair is worse by its own score at most
    const regret = found.length > 60 ? score : total(munkres(costs)) - sum;
    costs[row]![column] = cost;
    return { row, column, score, regret };
  });

  function total(pairs: readonly (readonly [number, number])[]): number {
    return pairs.reduce((all, [row, column]) => all + costs[row]![column]!, 0);
  }
}
