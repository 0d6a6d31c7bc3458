/**
 * Files and folders that a pattern of the shell names: `*`, `?` and `[…]` stand for letters within one part of a path, and
 * none of them for a leading dot. `paths` are files; folders are those that hold one. Sorted. Pure.
 */
export function matchPaths(pattern: string, paths: Iterable<string>): string[] {
  const parts = pattern.split('/').filter((part) => part !== '' && part !== '.');
  const tests = parts.map(readPart);
  const found = new Set<string>();
  for (const path of paths) {
    const given = path.split('/');
    if (given.length < tests.length || !tests.every((test, at) => matches(test, given[at]!))) continue;
    found.add(given.slice(0, tests.length).join('/'));
  }
  return [...found].sort();
}

/** One letter of a pattern: any number of letters, or what one letter must be. */
type Piece = '*' | ((letter: string) => boolean);

interface PartTest {
  readonly hidden: boolean;
  readonly pieces: readonly Piece[];
}

function readPart(part: string): PartTest {
  const texts = part.match(/\[!?\]?[^\]]*\]|[\s\S]/gu) ?? [];
  return { hidden: part.startsWith('.'), pieces: texts.flatMap(readPiece) };
}

function readPiece(text: string): Piece[] {
  if (text === '*') return ['*'];
  if (text === '?') return [() => true];
  const inside = text.startsWith('[') && text.length > 1 ? oneOf(text.slice(1, -1)) : null;
  return inside ? [inside] : [...text].map((wanted) => (letter) => letter === wanted);
}

/** Null where the brackets hold nothing that could be meant, such as a range backwards: then they stand for themselves. */
function oneOf(inside: string): ((letter: string) => boolean) | null {
  const letters = inside.replace(/^!/, '').replace(/[\\^\]]/g, '\\$&');
  try {
    const test = new RegExp(`^[${inside.startsWith('!') ? '^' : ''}${letters}]$`, 'su');
    return (letter) => test.test(letter);
  } catch {
    return null;
  }
}

/**
 * Walks pattern and name with one index each. After a letter that does not fit, only the last `*` takes one letter more, so
 * the work is at most the product of both lengths.
 */
function matches({ hidden, pieces }: PartTest, name: string): boolean {
  if (name.startsWith('.') && !hidden) return false;
  const letters = [...name];
  let piece = 0;
  let letter = 0;
  let star = -1;
  let taken = 0;
  while (letter < letters.length) {
    const wanted = pieces[piece];
    if (wanted === '*') {
      star = piece++;
      taken = letter;
    } else if (wanted?.(letters[letter]!)) {
      piece += 1;
      letter += 1;
    } else if (star >= 0) {
      piece = star + 1;
      letter = ++taken;
    } else return false;
  }
  return pieces.slice(piece).every((left) => left === '*');
}
