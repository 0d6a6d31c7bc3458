import { isAlias, isCollection, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { LockstepError } from '../failure/index.ts';
import { isRecord, sameJson } from './document-text.ts';
import { pairMembers } from './pair-members.ts';
import { isMergeKey, keyOf, mergedFrom, offsetOf, readYaml, type YamlReading } from './read-yaml.ts';
import { editMembers, type Member, type NewMember } from './yaml-members.ts';
import { isInline, printBlock, printFlow, printScalar, printText, printValue, type TextStyle } from './yaml-print.ts';
import { contentEnd, type Edit, endOfPair, lineEndOf, slotOf, trimmedEnd } from './yaml-spans.ts';

/**
 * The text of a YAML value after it became another one. What did not change stays as it was written, to the byte:
 * comments, order, quotes, anchors. An alias stays one where what it stands for is still what is wanted there, and is
 * written out where not. What came out is read again: `yaml-not-written` where it is not what was wanted.
 */
export function rewriteYaml(text: string, file: string, reading: YamlReading, after: unknown): string {
  if (sameJson(reading.value, after)) return text;
  const { root } = reading;
  const rewriting = new Rewriting(text, reading);
  const written = root ? rewriting.run(root, after) : null;
  if (written !== null && readsAs(written, file, after)) return written;
  throw new LockstepError('yaml-not-written', `${file} is written in a way that cannot be changed in place.`, {
    hint: 'Write the values out that it shares, or export it as JSON.',
    where: { file, line: 1, column: 1 },
  });
}

function readsAs(text: string, file: string, value: unknown): boolean {
  try {
    return sameJson(readYaml(text, file).value, value);
  } catch {
    return false;
  }
}

/** Where a value is written that has no text of its own yet, behind its colon or dash. */
interface Slot {
  readonly inFlow: boolean;
  readonly at: number | null;
}

class Rewriting {
  readonly #text: string;
  readonly #reading: YamlReading;
  readonly #edits: Edit[] = [];
  /** What a node that has a name stands for from now on; a node that went has none. */
  readonly #named = new Map<Node, unknown>();
  readonly #lineEnd: string;

  constructor(text: string, reading: YamlReading) {
    this.#text = text;
    this.#reading = reading;
    this.#lineEnd = lineEndOf(text);
  }

  run(root: Node, after: unknown): string | null {
    this.#change(root, after, { inFlow: false, at: null });
    const edits = this.#edits.toSorted((a, b) => a.from - b.from || a.to - b.to);
    let written = '';
    let at = 0;
    for (const { from, to, text } of edits) {
      if (from < at) return null;
      written += this.#text.slice(at, from) + text;
      at = to;
    }
    written += this.#text.slice(at);
    // a text that ended within its last line still does
    return this.#text.endsWith('\n') ? written : written.replace(/\r?\n$/, '');
  }

  #change(node: Node | null, after: unknown, slot: Slot): void {
    const before = this.#reading.valueOf(node);
    if (node && isAlias(node)) {
      const target = this.#reading.targets.get(node)!;
      if (this.#named.has(target) && sameJson(this.#named.get(target), after)) return;
      this.#edits.push({ from: node.range![0], to: node.range![1], text: printFlow(after) });
      return;
    }
    // without aliases, what is equal needs no look inside
    if (this.#reading.targets.size === 0 && sameJson(before, after)) return;
    this.#changeNode(node, before, after, slot);
    if (node && (isScalar(node) || isCollection(node)) && node.anchor) this.#named.set(node, after);
  }

  #changeNode(node: Node | null, before: unknown, after: unknown, slot: Slot): void {
    if (isMap(node) && isRecord(after) && Object.keys(after).length > 0 && node.items.length > 0) {
      this.#changeMap(node, before as Record<string, unknown>, after, slot.inFlow);
    } else if (isSeq(node) && Array.isArray(after) && after.length > 0 && node.items.length > 0) {
      this.#changeSeq(node, before as unknown[], after, slot.inFlow);
    } else if (!sameJson(before, after)) this.#replace(node, after, slot);
  }

  /** A value of another kind, or a text. */
  #replace(node: Node | null, after: unknown, slot: Slot): void {
    const printed = isScalar(node) ? printScalar(this.#text, node, after, slot.inFlow) : printValue(after, slot.inFlow);
    const [from, to] = [node?.range?.[0] ?? 0, node?.range?.[1] ?? 0];
    if (node && to > from && !(isCollection(node) && !node.flow)) {
      this.#edits.push({ from, to, text: printed });
      return;
    }
    // nothing, or lines of their own: the value goes behind the colon or the dash
    const end = isCollection(node) ? contentEnd(node) : null;
    if (slot.at === null) this.#edits.push({ from, to: end ?? from, text: printed });
    else this.#edits.push({ from: slot.at, to: slot.at, text: ` ${printed}` });
    if (slot.at !== null && end !== null) {
      const first = trimmedEnd(this.#text, slot.at, from);
      this.#edits.push({ from: first, to: trimmedEnd(this.#text, first, end), text: '' });
    }
  }

  #changeMap(node: YAMLMap, before: Record<string, unknown>, after: Record<string, unknown>, inFlow: boolean): void {
    const items = node.items as Pair<Node, Node | null>[];
    const names = items.map(({ key }) => keyOf(key, node, never));
    const merge = items.findIndex(({ key }) => isMergeKey(key));
    const inherited = merge < 0 ? null : this.#inherited(items[merge]!.value);
    const flow = inFlow || node.flow === true;
    const renamed = renames(names, before, after);
    const style = styleIn(items);
    const members = items.map((pair, index): Member => {
      // what it brings stays where it is, as long as that is there
      if (index === merge) return { start: startOfPair(pair), end: endOfPair(pair), stays: inherited !== null };
      const name = renamed.get(names[index]!) ?? names[index]!;
      const stays = Object.hasOwn(after, name);
      if (stays && name !== names[index]) {
        const { key } = pair;
        this.#edits.push({
          from: key.range![0],
          to: key.range![1],
          text: isScalar(key) ? printScalar(this.#text, key, name, flow) : JSON.stringify(name),
        });
      }
      if (stays) this.#change(pair.value, after[name], { inFlow: flow, at: slotOf(pair) });
      return { start: startOfPair(pair), end: endOfPair(pair), stays };
    });
    const known = new Map(
      names.flatMap((name, index) => (index === merge ? [] : [[renamed.get(name) ?? name, index] as const])),
    );
    const added: NewMember[] = [];
    let previous = -1;
    for (const [name, value] of Object.entries(after)) {
      const index = known.get(name);
      if (index !== undefined) previous = index;
      else if (inherited && Object.hasOwn(inherited, name) && sameJson(inherited[name], value)) previous = merge;
      else
        added.push({
          after: previous,
          print: (indent) => printPair(name, value, { style, flow, indent, lineEnd: this.#lineEnd }),
        });
    }
    this.#edits.push(...editMembers(this.#text, { flow, ordered: false, members, added, lineEnd: this.#lineEnd }));
  }

  /** What a merge key brings once everything before it is written; null where what it names has gone. */
  #inherited(node: Node | null): Record<string, unknown> | null {
    if (isSeq(node)) {
      const each = node.items.map((item) => this.#inherited(item as Node | null));
      return each.includes(null) ? null : mergedFrom(each);
    }
    if (!isAlias(node)) return mergedFrom(this.#reading.valueOf(node));
    const target = this.#reading.targets.get(node)!;
    return this.#named.has(target) ? mergedFrom(this.#named.get(target)) : null;
  }

  #changeSeq(node: YAMLSeq, before: readonly unknown[], after: readonly unknown[], inFlow: boolean): void {
    const items = node.items as (Node | null)[];
    const flow = inFlow || node.flow === true;
    const pairs = pairMembers(before, after);
    const now = new Map(pairs.flatMap(([was, index]) => (was === null ? [] : [[was, index] as const])));
    const dashes = dashesOf(node);
    const members = items.map((item, index): Member => {
      const at = now.get(index);
      const dash = dashes[index];
      if (at !== undefined) this.#change(item, after[at], { inFlow: flow, at: dash === undefined ? null : dash + 1 });
      const start = flow ? offsetOf(item) : (dash ?? offsetOf(item));
      return { start, end: contentEnd(item) ?? start + 1, stays: at !== undefined };
    });
    let previous = -1;
    const added = pairs.flatMap(([was, index]): NewMember[] => {
      if (was !== null) previous = was;
      const print = (indent: string): string =>
        flow ? printFlow(after[index]) : `- ${printBlock(after[index], `${indent}  `, this.#lineEnd, 'PLAIN')}`;
      return was === null ? [{ after: previous, print }] : [];
    });
    this.#edits.push(...editMembers(this.#text, { flow, ordered: true, members, added, lineEnd: this.#lineEnd }));
  }
}

function never(what: string): never {
  throw new Error(what);
}

/** A key that went and one that came in its place with the same value: the line stays, with another key. */
function renames(
  names: readonly string[],
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): Map<string, string> {
  const renamed = new Map<string, string>();
  let previous = -1;
  for (const name of Object.keys(after)) {
    const index = names.indexOf(name);
    if (index >= 0) {
      previous = index;
      continue;
    }
    if (Object.hasOwn(before, name)) continue;
    const old = names[previous + 1];
    if (old === undefined || Object.hasOwn(after, old) || !sameJson(before[old], after[name])) continue;
    renamed.set(old, name);
    previous += 1;
  }
  return renamed;
}

/** How texts are written here: as the first one is. */
function styleIn(items: readonly Pair<Node, Node | null>[]): { readonly key: TextStyle; readonly value: TextStyle } {
  const typeOf = (node: Node | null | undefined): TextStyle =>
    isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') ? node.type : 'PLAIN';
  const text = items.find(({ value }) => isScalar(value) && typeof value.value === 'string');
  return { key: typeOf(items[0]?.key), value: typeOf(text?.value) };
}

function printPair(
  name: string,
  value: unknown,
  {
    style,
    flow,
    indent,
    lineEnd,
  }: { style: ReturnType<typeof styleIn>; flow: boolean; indent: string; lineEnd: string },
): string {
  const key = printText(name, style.key, flow);
  if (flow) return `${key}: ${typeof value === 'string' ? printText(value, style.value, true) : printFlow(value)}`;
  const printed = printBlock(value, `${indent}  `, lineEnd, style.value);
  return isInline(value) ? `${key}: ${printed}` : `${key}:${lineEnd}${indent}  ${printed}`;
}

/** A pair begins with the marks of its key. */
function startOfPair(pair: Pair<Node, Node | null>): number {
  const marks = pair.srcToken?.start.filter(
    ({ type }) => type === 'anchor' || type === 'tag' || type === 'explicit-key-ind',
  );
  return marks?.[0]?.offset ?? offsetOf(pair.key);
}

function dashesOf(node: YAMLSeq): readonly (number | undefined)[] {
  const token = node.srcToken;
  if (token?.type !== 'block-seq') return [];
  return token.items
    .filter(({ start, value }) => value || start.some(({ type }) => type === 'seq-item-ind'))
    .map(({ start }) => start.find(({ type }) => type === 'seq-item-ind')?.offset);
}
