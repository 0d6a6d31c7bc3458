/** A version read for comparing; `text` is as it was written. */
export interface Version {
  readonly text: string;
  readonly tokens: readonly VersionToken[];
}

/**
 * One part: a number (its digits without leading zeros, and how many zeros led) or a word.
 * `rank` places it at its position: a pre-release word (-1) < the end of the version (0) < another word (1) < a number (2).
 */
type VersionToken =
  | { readonly kind: 'number'; readonly rank: 2; readonly digits: string; readonly zeros: number }
  | { readonly kind: 'word'; readonly rank: -1 | 1; readonly word: string };

const before = ['dev', 'snapshot', 'nightly', 'alpha', 'beta', 'milestone', 'preview', 'pre', 'rc', 'cr'];
const after = new Set(['', 'post', 'patch', 'p', 'sp', 'r', 'rev', 'fix', 'hotfix', 'u', 'update']);

/** Reads any text as a version, so that the order is total; `isVersion` says whether it looks like one. A `+build` suffix is ignored. */
export function parseVersion(text: string): Version {
  const [core = ''] = text
    .trim()
    .replace(/^v(?=\d)/i, '')
    .split('+', 1);
  return { text, tokens: dropTrailingZeros(tokensOf(core)) };
}

/** Starts with a digit (after an optional `v`) and holds only letters, digits, `.`, `-`, `_`, `~` and one `+build`. */
export function isVersion(text: string): boolean {
  return /^v?\d[0-9a-z]*([._~-][0-9a-z]+)*(\+[0-9a-z.-]+)?$/i.test(text);
}

/**
 * The order of plugin and package versions: < 0, 0 or > 0. Numeric by part, pre-releases first, other letters later:
 * `0.4 < 0.4.01 < 0.4.02 < 0.5 < 0.10`, `1.0-dev < 1.0 = 1.0.0`, `1.22 < 1.22k2 < 1.22k3`.
 * Total over all texts; where all numbers are equal, more leading zeros come first: `0.4.01 < 0.4.1`.
 */
export function compareVersions(a: string, b: string): number {
  const left = parseVersion(a).tokens;
  const right = parseVersion(b).tokens;
  return compareTokens(left, right) || compareZeros(left, right);
}

function tokensOf(core: string): VersionToken[] {
  const tokens: VersionToken[] = [];
  let separator = '';
  for (const [text, digits, letters] of core.matchAll(/(\d+)|([a-z]+)|[^0-9a-z]+/gi)) {
    if (digits === undefined && letters === undefined) {
      separator = text;
      continue;
    }
    const hyphen = separator.includes('-') || separator.includes('~');
    separator = '';
    if (letters !== undefined) tokens.push(wordToken(letters.toLowerCase(), hyphen));
    else if (digits !== undefined) {
      // `1.0-2` is the second revision of 1.0 (Debian, RPM, PEP 440), not its 2nd part
      if (hyphen && tokens.every(({ kind }) => kind === 'number') && tokens.length > 0)
        tokens.push(wordToken('', true));
      tokens.push(numberToken(digits));
    }
  }
  return tokens;
}

function wordToken(word: string, hyphen: boolean): VersionToken {
  const pre = before.includes(word) || (hyphen && !after.has(word));
  return { kind: 'word', rank: pre ? -1 : 1, word };
}

function numberToken(text: string): VersionToken {
  const digits = text.replace(/^0+(?=\d)/, '');
  return { kind: 'number', rank: 2, digits, zeros: text.length - digits.length };
}

/** A zero that only a word or the end follows says nothing: `1.0.0-dev` is `1-dev`. */
function dropTrailingZeros(tokens: readonly VersionToken[]): VersionToken[] {
  const kept: VersionToken[] = [];
  for (const token of tokens) {
    if (token.kind === 'word') dropZeros(kept);
    kept.push(token);
  }
  dropZeros(kept);
  return kept;
}

function dropZeros(tokens: VersionToken[]): void {
  for (let last = tokens.at(-1); last?.kind === 'number' && last.digits === '0'; last = tokens.at(-1)) tokens.pop();
}

function compareTokens(left: readonly VersionToken[], right: readonly VersionToken[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const a = left[index];
    const b = right[index];
    const order = (a?.rank ?? 0) - (b?.rank ?? 0) || (a && b ? compareSameRank(a, b) : 0);
    if (order !== 0) return order;
  }
  return 0;
}

function compareSameRank(a: VersionToken, b: VersionToken): number {
  if (a.kind === 'number' && b.kind === 'number')
    return a.digits.length - b.digits.length || compareText(a.digits, b.digits);
  if (a.kind === 'word' && b.kind === 'word')
    return wordOrder(a.word) - wordOrder(b.word) || compareText(a.word, b.word);
  return 0;
}

/** Unknown pre-release words stand between `beta` and `milestone`, in the order of the alphabet. */
function wordOrder(word: string): number {
  const index = before.indexOf(word);
  return index === -1 ? before.indexOf('beta') + 0.5 : index;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareZeros(left: readonly VersionToken[], right: readonly VersionToken[]): number {
  for (const [index, a] of left.entries()) {
    const b = right[index];
    if (a.kind === 'number' && b?.kind === 'number' && a.zeros !== b.zeros) return b.zeros - a.zeros;
  }
  return 0;
}
