import type { Place } from '../../failure/index.ts';
import type { FilePart } from './recipe.ts';
import { refused } from './recipe-error.ts';
import { isOutputPath, sourcePath } from './recipe-paths.ts';
import { parseSubstitution } from './substitution.ts';

/** What `sed SCRIPT FILE…` prints. Throws `recipe-refused` naming any option or command that we do not know. */
export function parseSed(argv: readonly string[], output: string, at: Place): FilePart {
  const scripts: string[] = [];
  const words: string[] = [];
  let extended = false;
  for (let index = 1; index < argv.length; index += 1) {
    const word = argv[index]!;
    const script = word.match(/^(?:-e|--expression)(?:=(.*))?$/s);
    if (script) scripts.push(script[1] ?? argv[++index] ?? '');
    else if (word === '-E' || word === '-r' || word === '--regexp-extended') extended = true;
    else if (word.startsWith('-') && word !== '-')
      throw refused(at, `sed: the option ${word} is not supported.`, 'Use a script and files, with stdout=open(…).');
    else words.push(word);
  }
  if (scripts.length === 0) scripts.push(words.shift() ?? '');
  if (words.length === 0 || words.includes('-')) throw refused(at, 'sed needs a file to read.');
  if (words.some((word) => isOutputPath(word, output)))
    throw refused(at, 'sed reads a file of the output.', 'Substitute in a file of the family.');
  return {
    kind: 'substitute',
    sources: words.map((word) => sourcePath(word, at)),
    script: readScript(scripts, extended, at),
    at,
  };
}

function readScript(scripts: readonly string[], extended: boolean, at: Place) {
  try {
    return parseSubstitution(scripts, { extended });
  } catch (error) {
    throw refused(
      at,
      `sed: ${(error as Error).message} (in ${JSON.stringify(scripts.join(';'))}).`,
      'Use s/A/B/ and /re/d, joined by ";".',
    );
  }
}
