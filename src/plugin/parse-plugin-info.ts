import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { LockstepError, type Place, type Problem } from '../failure/index.ts';
import { deepestJson, tooDeepAt } from './json-depth.ts';
import type { Capabilities, PluginInfo } from './plugin-info.ts';
import { isVersion } from './version.ts';
import { textPlaces } from './xml/text-places.ts';

export interface PluginInfoReading {
  readonly info: PluginInfo;
  /** Warnings: unknown keys (kept all the same) and a version that does not look like one. */
  readonly problems: readonly Problem[];
}

type Kind = 'text' | 'whole number' | 'true or false' | readonly string[];

const capabilityKinds: Readonly<Record<string, Kind>> = {
  lines: 'whole number',
  function_keys: 'whole number',
  expansion_modules: 'whole number',
  high_availability: 'true or false',
  switchboard: 'true or false',
  multicell: 'true or false',
  protocol: ['sip', 'sccp'],
  type: [
    ...['deskphone', 'ata', 'dect', 'wifidect', 'conference'],
    ...['pager', 'softphone', 'doorphone', 'generic', 'gateway'],
  ],
};
const knownKeys =
  /^(version|description|description_[\w-]+|capabilities|vendor([._].*)?|plugin_iface_version_(min|max))$/;

/** Names that `lines`, `function_keys` and the like had in their first years; old plugins still have them. */
const oldCapability = /^((sip|sccp)\.lines|tel\.funckeys|xivo\..+)$/;

/**
 * Reads the JSON text of a `plugin-info` file. Throws `json-not-valid` or `plugin-not-valid` with the place of the
 * first fault: text that is no JSON, a key that stands twice, a missing key, a value of another type.
 */
export function parsePluginInfo(text: string, file: string): PluginInfoReading {
  const placeAt = textPlaces(text, file);
  const root = readObject(text, placeAt);
  const reader = { placeAt, problems: [] as Problem[] };
  refuseDuplicateKeys(root, placeAt);

  const members = membersOf(root);
  const version = readText(required(members, 'version', root, reader), 'version', reader);
  const description = readText(required(members, 'description', root, reader), 'description', reader);
  const capabilities = readCapabilities(required(members, 'capabilities', root, reader), reader);
  const descriptions: Record<string, string> = {};
  for (const [key, { key: keyNode, node }] of members) {
    const locale = key.match(/^description_(.+)$/)?.[1];
    if (locale !== undefined) descriptions[locale] = readText(node, key, reader);
    else if (/^plugin_iface_version_(min|max)$/.test(key)) readInterfaceVersion(node, key, reader);
    else if (!knownKeys.test(key)) reader.problems.push(unknownKey(key, placeAt(keyNode.offset)));
  }
  const versionNode = members.get('version')!.node;
  if (!isVersion(version))
    reader.problems.push({
      code: 'version-unusual',
      severity: 'warning',
      message: `"${version}" does not look like a version.`,
      hint: 'Write numbers with dots, such as 1.4.2.',
      where: placeAt(versionNode.offset),
    });
  return {
    info: {
      version,
      description,
      descriptions,
      capabilities,
      raw: plainValue(root) as Record<string, unknown>,
      versionAt: placeAt(versionNode.offset),
    },
    problems: eachOnce(reader.problems),
  };
}

/** Equal findings are one, at the first place, with their number. */
function eachOnce(problems: readonly Problem[]): Problem[] {
  const counts = new Map<string, { first: Problem; count: number }>();
  for (const problem of problems) {
    const known = counts.get(problem.message);
    if (known) known.count += 1;
    else counts.set(problem.message, { first: problem, count: 1 });
  }
  return [...counts.values()].map(({ first, count }) =>
    count === 1 ? first : { ...first, message: `${first.message} It stands ${count} times.` },
  );
}

interface Reader {
  readonly placeAt: (offset: number) => Place;
  readonly problems: Problem[];
}

type Members = ReadonlyMap<string, { readonly key: Node; readonly node: Node }>;

function readObject(text: string, placeAt: (offset: number) => Place): Node {
  const deep = tooDeepAt(text);
  if (deep !== null)
    throw new LockstepError('json-not-valid', `The text is nested deeper than ${deepestJson} levels.`, {
      hint: 'A plugin-info needs four levels.',
      where: placeAt(deep),
    });
  const errors: ParseError[] = [];
  // a byte order mark is blanked, so that offsets stay
  const root = parseTree(text.replace(/^\ufeff/, ' '), errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  if (first || !root) {
    const offset = first?.offset ?? 0;
    const comma = first ? commaBefore(text, offset) : null;
    if (comma !== null)
      throw new LockstepError('json-not-valid', 'There is a comma too many.', {
        hint: 'Remove it: nothing follows it.',
        where: placeAt(comma),
      });
    const ended = offset + (first?.length ?? 0) >= text.trimEnd().length;
    throw new LockstepError(
      'json-not-valid',
      ended ? 'The JSON text ends too early.' : `This is no JSON: ${faultName(first)}.`,
      { hint: ended ? 'Restore the rest of the file.' : 'Correct the text at this place.', where: placeAt(offset) },
    );
  }
  if (root.type !== 'object')
    throw new LockstepError('json-not-valid', `A plugin-info file holds one object, not ${aType(root)}.`, {
      hint: 'Write {"version": "…", "description": "…", "capabilities": {…}}.',
      where: placeAt(root.offset),
    });
  return root;
}

/** The comma after which an object or list ends without another member; null where the fault is another one. */
function commaBefore(text: string, offset: number): number | null {
  const end = /^\s*[}\]]/.test(text.slice(offset));
  const before = text.slice(0, offset).trimEnd();
  return end && before.endsWith(',') ? before.length - 1 : null;
}

function faultName(error: ParseError | undefined): string {
  const name = error ? printParseErrorCode(error.error) : 'Unknown';
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

function refuseDuplicateKeys(node: Node, placeAt: (offset: number) => Place): void {
  const seen = new Map<string, number>();
  for (const child of node.children ?? []) {
    if (node.type !== 'object') {
      refuseDuplicateKeys(child, placeAt);
      continue;
    }
    const [key, value] = child.children ?? [];
    if (!key || !value) continue;
    const name = String(key.value);
    const before = seen.get(name);
    if (before !== undefined)
      throw new LockstepError(
        'json-not-valid',
        `The key "${name}" stands twice; the first is in line ${placeAt(before).line}.`,
        {
          hint: 'Delete one of the two.',
          where: placeAt(key.offset),
        },
      );
    seen.set(name, key.offset);
    refuseDuplicateKeys(value, placeAt);
  }
}

function membersOf(object: Node): Members {
  return new Map(
    (object.children ?? []).map(({ children: [key, node] = [] }) => [String(key!.value), { key: key!, node: node! }]),
  );
}

function required(members: Members, key: string, parent: Node, { placeAt }: Reader): Node {
  const member = members.get(key);
  if (member) return member.node;
  throw new LockstepError('plugin-not-valid', `The key "${key}" is missing.`, {
    hint: 'A plugin-info needs version, description and capabilities.',
    where: placeAt(parent.offset),
  });
}

function readText(node: Node, key: string, reader: Reader): string {
  expectKind(node, key, 'text', reader);
  return String(node.value);
}

function readInterfaceVersion(node: Node, key: string, reader: Reader): void {
  // seen as "0.1" and as 0.1
  if (node.type !== 'string' && node.type !== 'number') throw wrongType(node, key, 'a version', reader);
}

function readCapabilities(node: Node, reader: Reader): Readonly<Record<string, Capabilities>> {
  if (node.type !== 'object') throw wrongType(node, 'capabilities', 'an object', reader);
  for (const [device, { key, node: entry }] of membersOf(node)) {
    if (entry.type !== 'object') throw wrongType(entry, `capabilities."${device}"`, 'an object', reader);
    if (!/^[^,]+,[^,]+,.+$/.test(device))
      reader.problems.push({
        code: 'device-name-unusual',
        severity: 'warning',
        message: `"${device}" does not have the form "Vendor, Model, Firmware".`,
        hint: 'Write "*" for a part that may be anything.',
        where: reader.placeAt(key.offset),
      });
    for (const [name, member] of membersOf(entry)) {
      const kind = Object.hasOwn(capabilityKinds, name) ? capabilityKinds[name] : undefined;
      if (oldCapability.test(name)) continue;
      if (kind === undefined) reader.problems.push(unknownKey(name, reader.placeAt(member.key.offset)));
      else expectKind(member.node, name, kind, reader);
    }
  }
  return plainValue(node) as Record<string, Capabilities>;
}

function expectKind(node: Node, key: string, kind: Kind, reader: Reader): void {
  if (typeof kind !== 'string') {
    if (!kind.includes(node.value)) throw wrongType(node, key, `one of ${kind.join(', ')}`, reader);
  } else if (kind === 'text') {
    if (node.type !== 'string') throw wrongType(node, key, 'a text in quotes', reader);
  } else if (kind === 'true or false') {
    if (node.type !== 'boolean') throw wrongType(node, key, kind, reader);
  } else if (!Number.isSafeInteger(node.value) || node.value < 0) {
    throw wrongType(node, key, 'a whole number of 0 or more', reader);
  }
}

function wrongType(node: Node, key: string, expected: string, { placeAt }: Reader): LockstepError {
  return new LockstepError('plugin-not-valid', `"${key}" must be ${expected}, not ${aType(node)}.`, {
    hint: 'Correct the value.',
    where: placeAt(node.offset),
  });
}

function aType(node: Node): string {
  switch (node.type) {
    case 'object':
      return 'an object';
    case 'array':
      return 'a list';
    case 'null':
      return 'null';
    default:
      return JSON.stringify(node.value);
  }
}

function unknownKey(key: string, where: Place): Problem {
  return {
    code: 'key-unknown',
    severity: 'warning',
    message: `The key "${key}" is not known; it is kept as it is.`,
    hint: 'Check its spelling.',
    where,
  };
}

/** The value of a node; keys such as `__proto__` become plain own keys. */
function plainValue(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(plainValue);
  if (node.type !== 'object') return node.value;
  const members = [...membersOf(node)].map(([key, member]) => [key, plainValue(member.node)] as const);
  return Object.fromEntries(members);
}
