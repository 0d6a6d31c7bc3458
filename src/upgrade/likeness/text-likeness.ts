import { distance } from 'fastest-levenshtein';

/**
 * How alike two names or sentences are, 0 … 1: by their letters, or by their words, whichever says more. Words are split
 * at spaces, marks and humps; a short form (`pwd`, `dir`, `env`) is like the word that it stands for.
 */
export function textLikeness(a: string, b: string): number {
  const [x, y] = [letters(a), letters(b)];
  if (x === '' || y === '') return 0;
  const inside = Math.min(x.length, y.length) >= 3 && (x.includes(y) || y.includes(x));
  return Math.max(inside ? 0.7 : 0, 1 - distance(x, y) / Math.max(x.length, y.length), wordLikeness(a, b));
}

/** Shared words among all words, each with its most alike partner. */
function wordLikeness(a: string, b: string): number {
  const [mine, theirs] = [wordsOf(a), wordsOf(b)];
  if (mine.length === 0 || theirs.length === 0) return 0;
  const rest = [...theirs];
  let shared = 0;
  for (const word of mine) {
    const scores = rest.map((other) => likeWord(word, other));
    const best = Math.max(0, ...scores);
    if (best === 0) continue;
    shared += best;
    rest.splice(scores.indexOf(best), 1);
  }
  return (2 * shared) / (mine.length + theirs.length);
}

function likeWord(a: string, b: string): number {
  if (a === b) return 1;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (long === `${short}s` || long === `${short}es`) return 0.95;
  if (short.length >= 3 && long.startsWith(short)) return 0.8;
  if (short.length >= 2 && short[0] === long[0] && isWithin(short, long)) return 0.65;
  const letters = 1 - distance(a, b) / long.length;
  return letters >= 0.7 ? letters : 0;
}

/** The letters of `short` stand in `long` in their order, as in `pwd` and `password`. */
function isWithin(short: string, long: string): boolean {
  let at = 0;
  for (const letter of long) if (letter === short[at]) at += 1;
  return at === short.length;
}

function wordsOf(text: string): string[] {
  return bounded(text)
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !smallWords.has(word))
    .slice(0, 40);
}

const smallWords = new Set(['a', 'an', 'the', 'of', 'to', 'for', 'in', 'on', 'is', 'and', 'or']);

function letters(text: string): string {
  return bounded(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** A long description says enough by its beginning. */
function bounded(text: string): string {
  return text.slice(0, 400).normalize('NFC');
}
