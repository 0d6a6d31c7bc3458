import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  Parser,
  type Scalar,
  visit,
} from 'yaml';
import { LockstepError } from '../failure/index.ts';
import { isRecord, numberAsWritten } from './document-text.ts';
import { deepest, placeAt } from './scan-json.ts';

/** A YAML text as its tree, for whoever writes in it, with the JSON value that it stands for. */
export interface YamlReading {
  readonly root: Node | null;
  readonly value: unknown;
  /** The node that an alias stands for. */
  readonly targets: ReadonlyMap<Node, Node>;
  /** The value of each node where it stands; of an alias, that of what it stands for. */
  readonly valueOf: (node: Node | null) => unknown;
}

/** How many characters aliases may repeat, all of them together; real files are nowhere near. */
const mostRepeated = 1_000_000;

/**
 * Reads one YAML document as the JSON value that it stands for. A number counts as one only where it is written as JSON
 * writes numbers: of `007`, `0x1F` and `.inf` programs make different things, so these stay the text that they are. What
 * JSON has no word for is refused: tags of one's own, keys that are no texts, several documents, and what grows without
 * end. What a merge key (`<<`) brings counts where the map has no such key itself, as in YAML 1.1. Throws `yaml-not-valid` with line and column.
 */
export function readYaml(text: string, file: string): YamlReading {
  const document = compose(text, fail);
  const targets = resolveAliases(document, fail);
  const values = new Map<Node, unknown>();
  let repeated = 0;
  const value = walk(document.contents, 0, false);
  return {
    root: document.contents,
    value,
    targets,
    valueOf: (node) => (node && isAlias(node) ? values.get(targets.get(node)!) : node && values.get(node)) ?? null,
  };

  /** `inAlias`: what is seen here stands elsewhere, and is a copy. */
  function walk(node: Node | null, depth: number, inAlias: boolean): unknown {
    if (!node) return null;
    if (depth > deepest) fail(`the text is nested deeper than ${deepest} levels`, offsetOf(node));
    if (inAlias) repeated += 1 + (isScalar(node) ? (node.source?.length ?? 0) : 0);
    if (repeated > mostRepeated) tooMuch(node);
    if (isAlias(node)) return walk(targets.get(node)!, depth, true);
    const read = readNode(node, depth, inAlias);
    if (!inAlias) values.set(node, read);
    return read;
  }

  function readNode(node: Node, depth: number, inAlias: boolean): unknown {
    const { tag } = node;
    if (tag !== undefined && !known.test(tag)) fail(`the tag ${tag} has no meaning here`, offsetOf(node));
    if (isScalar(node)) return readScalar(node);
    if (isSeq(node)) return node.items.map((item) => walk(item as Node | null, depth + 1, inAlias));
    if (!isMap(node)) return fail('this is no value that a process can hold', offsetOf(node));
    const record: Record<string, unknown> = {};
    const items = node.items as Pair<Node | null, Node | null>[];
    const own = new Set(items.filter(({ key }) => !isMergeKey(key)).map(({ key }) => keyOf(key, node, fail)));
    let isMerged = false;
    for (const { key, value } of items) {
      const read = walk(value, depth + 1, inAlias);
      const twice = isMergeKey(key) ? isMerged : Object.hasOwn(record, keyOf(key, node, fail));
      if (twice) fail(`the key ${JSON.stringify(keyOf(key, node, fail))} stands twice in one object`, offsetOf(key));
      if (!isMergeKey(key)) put(record, keyOf(key, node, fail), read);
      else {
        isMerged = true;
        const merged =
          mergedFrom(read) ?? fail('a merge key (<<) stands before something that is no map', offsetOf(key));
        for (const [name, item] of Object.entries(merged)) if (!own.has(name)) put(record, name, item);
      }
    }
    return record;
  }

  function tooMuch(node: Node): never {
    fail('its aliases repeat so much text that it would grow beyond measure', offsetOf(node));
  }

  function fail(what: string, offset: number): never {
    throw new LockstepError('yaml-not-valid', `This YAML cannot be read: ${what}.`, {
      hint: 'Export it again from where it came, or correct the text at this place.',
      where: placeAt(text, offset, file),
    });
  }
}

type Fail = (what: string, offset: number) => never;

const known = /^(?:!|tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq))$/;
const writtenAsJson = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function readScalar({ value, source, type, tag }: Scalar): unknown {
  if (type === 'PLAIN' && tag === undefined && (typeof value === 'number' || value instanceof Date)) {
    return source !== undefined && writtenAsJson.test(source) ? numberAsWritten(source) : (source ?? '');
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === null || value === undefined ? null : String(source);
}

/** Also right for a key that is called __proto__. */
function put(record: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
}

/** A key that puts the members of another map in its place. */
export function isMergeKey(key: Node | null): boolean {
  return isScalar(key) && key.source === '<<' && key.type === 'PLAIN' && key.tag === undefined;
}

/** What a merge key brings: of a map its members, of a list of maps those of the first that has them; else null. */
export function mergedFrom(value: unknown): Record<string, unknown> | null {
  const maps = Array.isArray(value) ? value : [value];
  if (!maps.every(isRecord)) return null;
  const merged: Record<string, unknown> = {};
  for (const [name, item] of maps.flatMap((map) => Object.entries(map)))
    if (!Object.hasOwn(merged, name)) put(merged, name, item);
  return merged;
}

/** Where a node begins in the text. */
export function offsetOf(node: Node | null): number {
  return node?.range?.[0] ?? 0;
}

/** The text of a key. */
export function keyOf(key: Node | null, map: Node, fail: Fail): string {
  if (key && isScalar(key) && key.value !== null) {
    return typeof key.value === 'string' ? key.value : String(key.source);
  }
  return fail('a key is no text', offsetOf(key ?? map));
}

function compose(text: string, fail: Fail): Document.Parsed {
  // before a list at the top the parser does not know the byte order mark; an empty line takes the same room
  const tokens = [...new Parser().parse(text.replace(/^\uFEFF/, '\n'))];
  refuseDeep(tokens, fail);
  const documents = [...new Composer({ keepSourceTokens: true, uniqueKeys: false }).compose(tokens, true, text.length)];
  const [document, second] = documents;
  if (!document) return fail('it is empty', 0);
  for (const { errors } of documents) {
    const [error] = errors;
    if (error)
      fail(`${lowered(error.message.split('\n', 1)[0]!.replace(/ at line \d+, column \d+:?$/, ''))}`, error.pos[0]);
  }
  if (second) fail('it holds several documents; put each into a file of its own', second.range[0]);
  return document as Document.Parsed;
}

/** Before the tree is made, which would go down as deep as the text does. */
function refuseDeep(tokens: readonly CST.Token[], fail: Fail): void {
  const open: [CST.Token, number][] = tokens.map((token) => [token, 0]);
  for (let next = open.pop(); next; next = open.pop()) {
    const [token, depth] = next;
    if (depth > deepest) fail(`the text is nested deeper than ${deepest} levels`, token.offset);
    if (token.type === 'document' && token.value) open.push([token.value, depth + 1]);
    if (!('items' in token)) continue;
    for (const { key, value } of token.items) {
      if (key) open.push([key, depth + 1]);
      if (value) open.push([value, depth + 1]);
    }
  }
}

/** A name that is given anew means the newer node from there on. */
function resolveAliases(document: Document.Parsed, fail: Fail): ReadonlyMap<Node, Node> {
  const named = new Map<string, Node>();
  const targets = new Map<Node, Node>();
  visit(document, {
    Node: (_key, node, path) => {
      if (isAlias(node)) {
        const target = named.get(node.source) ?? fail(`nothing is called &${node.source}`, offsetOf(node));
        if (path.includes(target)) fail(`&${node.source} holds itself`, offsetOf(node));
        targets.set(node, target);
      } else if ((isScalar(node) || isCollection(node)) && node.anchor) named.set(node.anchor, node);
    },
  });
  return targets;
}

function lowered(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
