import { type Node, parseTree } from 'jsonc-parser';
import type { Place, Problem } from '../failure/index.ts';
import { textPlaces } from './xml/text-places.ts';

export interface OldClientQuestion {
  readonly id: string;
  /** Where the id is given. */
  readonly idAt: Place;
  /** The text of plugin-info, its byte order mark included. */
  readonly text: string;
  /** As messages name it. */
  readonly file: string;
}

/** What the old index builder writes beside plugin-info's own keys. */
const indexKeys = ['filename', 'dsize', 'sha1sum'];

/**
 * Whether every old client would take a plugin: what its plugin-info and its names must not have. Each is an error with its
 * place. For texts that are valid otherwise; what no reader at all takes is found elsewhere. Pure.
 */
export function oldClientProblems({ id, idAt, text, file }: OldClientQuestion): Problem[] {
  const placeAt = textPlaces(text, file);
  const problems: Problem[] = [];
  const refuse = (message: string, hint: string, where: Place): void =>
    void problems.push({ code: 'old-clients', severity: 'error', message, hint, where });
  if (text.startsWith('\ufeff')) {
    const hint = 'Save the file as UTF-8 without a byte order mark.';
    refuse(
      'The file begins with a byte order mark; an old server that installs this lists nothing any more.',
      hint,
      placeAt(0),
    );
  }
  const odd = oddLetter(id);
  if (odd) refuse(`The plugin id "${id}" has ${odd}; no old client can fetch its package.`, fetchable, idAt);
  for (const { key, name, value } of membersOf(text)) {
    const at = placeAt(value.offset);
    if (name === 'version') {
      const strange = oddLetter(String(value.value));
      if (strange)
        refuse(
          `The version ${JSON.stringify(value.value)} has ${strange}; no old client can fetch its package.`,
          fetchable,
          at,
        );
    }
    const limit = /^plugin_iface_version_(min|max)$/.exec(name)?.[1];
    if (limit) {
      const wanted = Number(value.value);
      if (limit === 'min' ? wanted > interfaceVersion : wanted < 0.1)
        refuse(
          `${name} ${wanted} keeps every old server out; they have 0.1 to ${interfaceVersion}.`,
          'Correct the number.',
          at,
        );
    }
    if (indexKeys.includes(name))
      refuse(
        `The key "${name}" belongs to the index of a channel; the old builder writes over it.`,
        'Remove it.',
        placeAt(key.offset),
      );
  }
  return problems;
}

/** What the last of the old servers says of itself. */
const interfaceVersion = 0.2;

const fetchable = 'Use letters a to z, digits, ".", "_", "+" and "-": they make the name of a file that is fetched.';

/** The first letter that cannot stand in an address as it is, in words; null where there is none. */
function oddLetter(text: string): string | null {
  const [letter] = /[^\x21-\x7e]|[#?%"<>\\^`{|}[\]&:*/]/u.exec(text) ?? [];
  if (letter === undefined) return null;
  if (letter === '\n' || letter === '\r') return 'a line break';
  if (/\s/.test(letter)) return 'a blank';
  if (/\p{Nd}/u.test(letter)) return `a digit that is not ASCII (${letter})`;
  return `the letter ${JSON.stringify(letter)}`;
}

function membersOf(text: string): { readonly key: Node; readonly name: string; readonly value: Node }[] {
  const root = parseTree(text.replace(/^\ufeff/, ' '), []);
  return (root?.type === 'object' ? (root.children ?? []) : []).flatMap(({ children: [key, value] = [] }) =>
    key && value ? [{ key, name: String(key.value), value }] : [],
  );
}
