/** One `--exclude` or `--include` of rsync. The first rule that matches a path decides; without one it is copied. */
export interface FilterRule {
  readonly verdict: 'include' | 'exclude';
  /** As written. */
  readonly pattern: string;
}

/** Says whether a path of a copy is left out. `path` is relative to the root of the copy, without slashes at its ends. */
export type PathFilter = (path: string, isFolder: boolean) => boolean;

/**
 * Compiles rsync's rules: a leading `/` anchors at the root of the copy, a trailing one asks for a folder, `*` and `?`
 * do not cross `/`, `**` does, `dir/***` is the folder and all in it; a pattern without an anchor matches the end of
 * the path at any depth. Whoever walks does not go into an excluded folder, so what is in it is left out as well.
 */
export function compileFilters(rules: readonly FilterRule[]): PathFilter {
  const key = JSON.stringify(rules);
  const known = compiledBefore.get(key);
  if (known) return known;
  const filter = compileAll(rules);
  compiledBefore.set(key, filter);
  return filter;
}

// the targets of a family mostly share their rules
const compiledBefore = new Map<string, PathFilter>();

function compileAll(rules: readonly FilterRule[]): PathFilter {
  const compiled = rules.map(({ verdict, pattern }) => ({ excludes: verdict === 'exclude', ...compile(pattern) }));
  return (path, isFolder) => {
    const first = compiled.find(({ folderOnly, matches }) => (isFolder || !folderOnly) && matches.test(path));
    return first?.excludes ?? false;
  };
}

/** Reads the value of `--exclude`/`--include`; a value may carry its own verdict: `+ /keep`. */
export function parseFilterRule(verdict: FilterRule['verdict'], value: string): FilterRule {
  if (value.startsWith('+ ')) return { verdict: 'include', pattern: value.slice(2) };
  if (value.startsWith('- ')) return { verdict: 'exclude', pattern: value.slice(2) };
  return { verdict, pattern: value };
}

function compile(pattern: string): { folderOnly: boolean; matches: RegExp } {
  const subtree = pattern.endsWith('/***');
  const bare = subtree ? pattern.slice(0, -4) : pattern.replace(/\/$/, '');
  const anchored = bare.startsWith('/');
  const body = globSource(anchored ? bare.slice(1) : bare);
  const start = anchored ? '^' : '(?:^|/)';
  return {
    folderOnly: !subtree && pattern.endsWith('/'),
    matches: new RegExp(`${start}${body}${subtree ? '(?:/.*)?' : ''}$`, 'su'),
  };
}

function globSource(glob: string): string {
  let source = '';
  for (let at = 0; at < glob.length; ) {
    const { text, length } = globToken(glob, at);
    source += text;
    at += length;
  }
  return source;
}

function globToken(glob: string, at: number): { text: string; length: number } {
  const character = String.fromCodePoint(glob.codePointAt(at)!);
  if (glob.startsWith('**', at)) return { text: '.*', length: glob.slice(at).match(/^\*+/)![0].length };
  if (character === '*') return { text: '[^/]*', length: 1 };
  if (character === '?') return { text: '[^/]', length: 1 };
  if (character === '\\' && at + 1 < glob.length) return { text: literal(glob[at + 1]!), length: 2 };
  if (character === '[') {
    const end = glob.indexOf(
      ']',
      at + (/^\[[!^]?\]/.test(glob.slice(at)) ? (/^\[[!^]/.test(glob.slice(at)) ? 3 : 2) : 1),
    );
    if (end > 0) return { text: characterClass(glob.slice(at + 1, end)), length: end + 1 - at };
  }
  return { text: literal(character), length: character.length };
}

function characterClass(inside: string): string {
  const negated = /^[!^]/.test(inside);
  const members = (negated ? inside.slice(1) : inside).replace(/[\\\][^&~|]/g, '\\$&');
  return negated ? `(?!/)[^${members}]` : `(?!/)[${members}]`;
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
