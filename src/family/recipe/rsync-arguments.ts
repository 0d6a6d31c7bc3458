import type { Place } from '../../failure/index.ts';
import { type FilterRule, parseFilterRule } from './filter-rules.ts';
import type { Operation } from './recipe.ts';
import { refused } from './recipe-error.ts';
import { isOutputPath, outputPath, sourcePath } from './recipe-paths.ts';

const longNames: Readonly<Record<string, string>> = {
  '--recursive': 'r',
  '--links': 'l',
  '--perms': 'p',
  '--archive': 'a',
  '--verbose': 'v',
  '--quiet': 'q',
  '--times': 't',
  '--group': 'g',
  '--owner': 'o',
};
/** r and l matter; p, t, g, o are settled by the package's own fixed modes, times and owners; v and q only speak. */
const knownLetters = /^[rlpatgoDvqhzWc]$/;

/** What `rsync … SOURCE… DESTINATION` asks for. Throws `recipe-refused` naming any option that we do not know. */
export function parseRsync(argv: readonly string[], output: string, at: Place): Operation {
  const letters = new Set<string>();
  const filters: FilterRule[] = [];
  const paths: string[] = [];
  const words = argv.slice(1);
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    const option = word.match(/^--(exclude|include)(?:=(.*))?$/s);
    if (option) {
      const value = option[2] ?? words[++index];
      if (value === undefined) throw refused(at, `rsync: ${word} has no value.`);
      filters.push(parseFilterRule(option[1] as FilterRule['verdict'], value));
    } else if (longNames[word] !== undefined) letters.add(longNames[word]);
    else if (/^-[a-zA-Z]+$/.test(word)) {
      for (const letter of word.slice(1)) {
        if (!knownLetters.test(letter)) throw unknownOption(`-${letter}`, at);
        letters.add(letter);
      }
    } else if (word.startsWith('-')) throw unknownOption(word, at);
    else paths.push(word);
  }
  const to = paths.pop();
  if (to === undefined || paths.length === 0) throw refused(at, 'rsync needs a source and a destination.');
  return {
    kind: 'copy',
    sources: paths.map((path) => readSource(path, output, at)),
    to: outputPath(to, output, at),
    toFolder: to.endsWith('/'),
    filters,
    recursive: letters.has('r') || letters.has('a'),
    links: letters.has('l') || letters.has('a'),
    at,
  };
}

function readSource(text: string, output: string, at: Place): { path: string; contents: boolean } {
  if (isOutputPath(text, output)) {
    throw refused(at, 'rsync copies out of the output folder.', 'Copy from the folder of the family.');
  }
  return { path: sourcePath(text, at), contents: /(^|\/)\.?$/.test(text) };
}

function unknownOption(option: string, at: Place): Error {
  return refused(
    at,
    `rsync: the option ${option} is not supported.`,
    'Use -rlp, --exclude and --include, or build with --allow-commands.',
  );
}
