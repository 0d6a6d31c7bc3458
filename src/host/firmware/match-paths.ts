/**
 * Files and folders that a pattern of the shell names: `*`, `?` and `[…]` stand for letters within one part of a path, and
 * none of them for a leading dot. `paths` are files; folders are those that hold one. Sorted. Pure.
 */
export function matchPaths(pattern: string, paths: Iterable<string>): string[] {
  const parts = pattern.split('/').filter((part) => part !== '' && part !== '.');
  const tests = parts.map(partTest);
  const found = new Set<string>();
  for (const path of paths) {
    const given = path.split('/');
    if (given.length < tests.length || !tests.every((test, at) => test.test(given[at]!))) continue;
    found.add(given.slice(0, tests.length).join('/'));
  }
  return [...found].sort();
}

function partTest(part: string): RegExp {
  const hidden = part.startsWith('.') ? '' : '(?!\\.)';
  const letters = part.replace(/\[!?\]?[^\]]*\]|[\s\S]/g, (piece) => {
    if (piece === '*') return '.*';
    if (piece === '?') return '.';
    return piece.length < 2 ? literal(piece) : oneOf(piece);
  });
  return new RegExp(`^${hidden}${letters}$`, 'su');
}

function oneOf(piece: string): string {
  const inside = piece.slice(1, -1);
  const letters = inside.replace(/^!/, '').replace(/[\\^\]]/g, '\\$&');
  const made = `[${inside.startsWith('!') ? '^' : ''}${letters}]`;
  try {
    new RegExp(made, 'u');
    return made;
  } catch {
    return literal(piece);
  }
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
