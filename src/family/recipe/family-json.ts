import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { LockstepError, type Place } from '../../failure/index.ts';
import { deepestJson, tooDeepAt } from '../../plugin/index-json.ts';
import type { FilterRule } from './filter-rules.ts';
import type { FilePart, Operation, Recipe, RecipeTarget } from './recipe.ts';
import { notValid } from './recipe-error.ts';
import { recipePathOf, sourcePath } from './recipe-paths.ts';
import { parseSubstitution } from './substitution.ts';
import { isPluginId } from './target-names.ts';

/**
 * Reads a `family.json`: `{"targets": [{"id", "plugin", "std_dirs"?, "layers": [layer…]}]}`, where a layer is
 * `{"copy": "common/", "to"?, "filters"?: [{"exclude"|"include": pattern}…], "recursive"?, "links"?}`,
 * `{"substitute": file, "script": "s/A/B/", "to": file, "extended"?, "append"?}`,
 * `{"text"|"base64": content, "to": file, "append"?}`, `{"folder": path}`, or of the built plugin itself `{"move": path, "to"}`,
 * `{"remove": path}`, `{"link": target, "to"}` or `{"mode": path, "executable"}`. Throws `json-not-valid` and
 * `recipe-not-valid` with line and column; a fault inside one target is that target's failure. Pure.
 */
export function parseFamilyJson(text: string, file: string): Recipe {
  const reader: Reader = { placeAt: (offset) => placeIn(text, offset, file) };
  const root = readTree(text, reader);
  const members = readMembers(root, ['targets', '$schema', 'description'], 'The recipe', reader);
  const list = members.get('targets');
  if (!list) throw fault(root, 'The key "targets" is missing.', reader);
  const targets = items(list, '"targets"', reader).map((node) => readTarget(node, reader));
  return { kind: 'family.json', targets: refuseRepeated(targets) };
}

interface Reader {
  readonly placeAt: (offset: number) => Place;
}

type Members = ReadonlyMap<string, Node>;

function readTree(text: string, reader: Reader): Node {
  const deep = tooDeepAt(text);
  if (deep !== null)
    throw new LockstepError('json-not-valid', `The text is nested deeper than ${deepestJson} levels.`, {
      where: reader.placeAt(deep),
      hint: 'A family.json needs six levels.',
    });
  const errors: ParseError[] = [];
  const root = parseTree(text.replace(/^\ufeff/, ' '), errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  if (!first && root) return root;
  const what = first
    ? printParseErrorCode(first.error)
        .replace(/([a-z])([A-Z])/g, '$1 $2')
        .toLowerCase()
    : 'nothing';
  throw new LockstepError('json-not-valid', `This is no JSON: ${what}.`, {
    where: reader.placeAt(first?.offset ?? 0),
    hint: 'Correct the text at this place.',
  });
}

function readTarget(node: Node, reader: Reader): RecipeTarget {
  const members = readMembers(node, ['id', 'plugin', 'std_dirs', 'layers'], 'A target', reader);
  const id = readText(members.get('id') ?? missing(node, 'id', reader), 'id', reader);
  const pluginNode = members.get('plugin') ?? missing(node, 'plugin', reader);
  const pluginId = readText(pluginNode, 'plugin', reader);
  const base = { id, pluginId, stdDirs: readFlag(members, 'std_dirs', true, reader), at: reader.placeAt(node.offset) };
  try {
    if (!isPluginId(pluginId)) throw fault(pluginNode, `"${pluginId}" cannot be a plugin id.`, reader);
    const layers = items(members.get('layers') ?? missing(node, 'layers', reader), '"layers"', reader);
    return { ...base, operations: layers.map((layer) => readLayer(layer, reader)), failure: null };
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    return { ...base, operations: [], failure: error };
  }
}

function readLayer(node: Node, reader: Reader): Operation {
  const keys = (node.children ?? []).map((member) => member.children?.[0]?.value as string);
  if (keys.includes('copy')) return readCopy(node, reader);
  if (keys.includes('folder')) {
    const path = readMembers(node, ['folder'], 'A folder', reader).get('folder')!;
    return { kind: 'folder', path: readPath(path, 'folder', reader), at: reader.placeAt(node.offset) };
  }
  if (keys.some((key) => ['substitute', 'text', 'base64'].includes(key))) return readFile(node, reader);
  const change = (['move', 'remove', 'link', 'mode'] as const).find((key) => keys.includes(key));
  if (change) return readChange(change, node, reader);
  const known = '"copy", "substitute", "text", "base64", "folder", "move", "remove", "link" and "mode"';
  throw fault(node, `A layer has one of ${known}.`, reader);
}

/** What is done with what the layers before it built. */
function readChange(kind: 'move' | 'remove' | 'link' | 'mode', node: Node, reader: Reader): Operation {
  const at = reader.placeAt(node.offset);
  const second = { move: ['to'], remove: [], link: ['to'], mode: ['executable'] }[kind];
  const members = readMembers(node, [kind, ...second], `A "${kind}"`, reader);
  const main = members.get(kind)!;
  const to = () => readPath(members.get('to') ?? missing(node, 'to', reader), 'to', reader);
  if (kind === 'link') return { kind, target: readText(main, kind, reader), path: to(), at };
  const path = readPath(main, kind, reader);
  if (path === '') throw fault(main, 'The plugin itself can be neither moved nor removed.', reader);
  switch (kind) {
    case 'move':
      return { kind, from: path, to: to(), at };
    case 'remove':
      return { kind, path, tree: String(main.value).endsWith('/'), at };
    case 'mode':
      return { kind, path, executable: readFlag(members, 'executable', true, reader), at };
  }
}

function readCopy(node: Node, reader: Reader): Operation {
  const at = reader.placeAt(node.offset);
  const members = readMembers(node, ['copy', 'to', 'filters', 'recursive', 'links'], 'A copy', reader);
  const to = members.get('to');
  const sources = texts(members.get('copy')!, 'copy', reader).map(({ text, at }) => ({
    path: sourcePath(text, at),
    contents: /(^|\/)\.?$/.test(text),
  }));
  const filters = members.get('filters');
  return {
    kind: 'copy',
    sources,
    to: to ? readPath(to, 'to', reader) : '',
    toFolder: to ? String(to.value).endsWith('/') : false,
    filters: filters ? items(filters, '"filters"', reader).map((rule) => readFilter(rule, reader)) : [],
    recursive: readFlag(members, 'recursive', true, reader),
    links: readFlag(members, 'links', true, reader),
    at,
  };
}

function readFilter(node: Node, reader: Reader): FilterRule {
  const members = readMembers(node, ['exclude', 'include'], 'A filter', reader);
  const [only, more] = [...members];
  if (!only || more) throw fault(node, 'A filter is {"exclude": pattern} or {"include": pattern}.', reader);
  return { verdict: only[0] as FilterRule['verdict'], pattern: readText(only[1], only[0], reader) };
}

function readFile(node: Node, reader: Reader): Operation {
  const at = reader.placeAt(node.offset);
  const allowed = ['substitute', 'script', 'extended', 'text', 'base64', 'to', 'append'];
  const members = readMembers(node, allowed, 'A file', reader);
  const to = members.get('to') ?? missing(node, 'to', reader);
  return {
    kind: 'file',
    to: readPath(to, 'to', reader),
    append: readFlag(members, 'append', false, reader),
    parts: [readPart(node, members, reader)],
    at,
  };
}

function readPart(node: Node, members: Members, reader: Reader): FilePart {
  const text = members.get('text');
  if (text) return { kind: 'text', bytes: Buffer.from(readText(text, 'text', reader), 'utf8') };
  const base64 = members.get('base64');
  if (base64) return { kind: 'text', bytes: Buffer.from(readText(base64, 'base64', reader), 'base64') };
  const sources = texts(members.get('substitute')!, 'substitute', reader).map(({ text, at }) => sourcePath(text, at));
  const script = members.get('script') ?? missing(node, 'script', reader);
  const scripts = texts(script, 'script', reader).map((one) => one.text);
  const extended = readFlag(members, 'extended', false, reader);
  try {
    const at = reader.placeAt(script.offset);
    return { kind: 'substitute', sources, script: parseSubstitution(scripts, { extended }), at };
  } catch (error) {
    throw fault(script, `The script is not understood: ${(error as Error).message}.`, reader);
  }
}

function readPath(node: Node, key: string, reader: Reader): string {
  return recipePathOf(readText(node, key, reader), reader.placeAt(node.offset));
}

function refuseRepeated(targets: readonly RecipeTarget[]): RecipeTarget[] {
  const kept = new Map<string, RecipeTarget>();
  for (const target of targets) {
    const first = kept.get(target.id);
    if (!first) kept.set(target.id, target);
    else {
      const message = `The target "${target.id}" is defined again; the first is in line ${first.at.line}.`;
      const failure = notValid(target.at, message, 'Give each target an id of its own.');
      kept.set(target.id, { ...first, operations: [], failure });
    }
  }
  return [...kept.values()];
}

function readMembers(node: Node, known: readonly string[], what: string, reader: Reader): Members {
  if (node.type !== 'object') throw fault(node, `${what} is an object.`, reader);
  const members = new Map<string, Node>();
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (!key || !value) continue;
    if (!known.includes(key.value)) {
      throw fault(
        key,
        `${what} has no key "${key.value}" (but ${known.filter((k) => k[0] !== '$').join(', ')}).`,
        reader,
      );
    }
    if (members.has(key.value)) throw fault(key, `The key "${key.value}" stands twice.`, reader);
    members.set(key.value, value);
  }
  return members;
}

function items(node: Node, what: string, reader: Reader): readonly Node[] {
  if (node.type !== 'array') throw fault(node, `${what} is a list.`, reader);
  return node.children ?? [];
}

function texts(node: Node, key: string, reader: Reader): { text: string; at: Place }[] {
  const nodes = node.type === 'array' ? (node.children ?? []) : [node];
  if (nodes.length === 0) throw fault(node, `"${key}" is empty.`, reader);
  return nodes.map((one) => ({ text: readText(one, key, reader), at: reader.placeAt(one.offset) }));
}

function readText(node: Node, key: string, reader: Reader): string {
  if (node.type !== 'string') throw fault(node, `"${key}" must be a text in quotes.`, reader);
  return node.value as string;
}

function readFlag(members: Members, key: string, initial: boolean, reader: Reader): boolean {
  const node = members.get(key);
  if (!node) return initial;
  if (node.type !== 'boolean') throw fault(node, `"${key}" must be true or false.`, reader);
  return node.value as boolean;
}

function missing(node: Node, key: string, reader: Reader): never {
  throw fault(node, `The key "${key}" is missing.`, reader);
}

function fault(node: Node, message: string, reader: Reader): LockstepError {
  return notValid(reader.placeAt(node.offset), message, 'Correct the family.json.');
}

function placeIn(text: string, offset: number, file: string): Place {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  return { file, line: before.split('\n').length, column: offset - start + 1 };
}
