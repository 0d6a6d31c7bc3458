import { type Node, parseTree } from 'jsonc-parser';
import { isRecord, sameJson } from './document-text.ts';
import { pairMembers } from './pair-members.ts';

/**
 * The text of a JSON value after it became another one. What did not change stays as it was written, to the byte:
 * indentation, order of keys, digits, escapes, line ends. `before` is the value of `text`.
 */
export function rewriteJson(text: string, before: unknown, after: unknown): string {
  if (sameJson(before, after)) return text;
  const tree = parseTree(text);
  if (!tree) return text;
  const style = styleOf(text);
  const end = tree.offset + tree.length;
  return text.slice(0, tree.offset) + render({ text, style }, tree, before, after) + text.slice(end);
}

interface Style {
  readonly lineEnd: string;
  /** One step inwards; empty where everything stands in one line. */
  readonly unit: string;
  readonly afterColon: string;
  readonly escapesSlashes: boolean;
}

interface Source {
  readonly text: string;
  readonly style: Style;
}

function styleOf(text: string): Style {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  return {
    lineEnd,
    unit: /[[{]\s*?\n([ \t]+)/.exec(text)?.[1] ?? '',
    afterColon: /":( ?)/.exec(text)?.[1] ?? '',
    escapesSlashes: text.includes('\\/'),
  };
}

function render(source: Source, node: Node, before: unknown, after: unknown): string {
  const { text } = source;
  if (sameJson(before, after)) return text.slice(node.offset, node.offset + node.length);
  if (node.type === 'object' && isRecord(before) && isRecord(after)) return renderObject(source, node, before, after);
  if (node.type === 'array' && Array.isArray(before) && Array.isArray(after)) {
    return renderArray(source, node, before, after);
  }
  return print(source.style, after, indentAt(text, node.offset));
}

/** A member of an object or a list as it will be: kept with its text, or new. */
interface Part {
  /** Its index among the members that stand in the text; null for a new one. */
  readonly was: number | null;
  readonly written: (indent: string) => string;
}

function renderObject(
  source: Source,
  node: Node,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): string {
  const members = node.children ?? [];
  const nameOf = (member: Node): string => String(member.children?.[0]?.value);
  const last = new Map(members.map((member, index) => [nameOf(member), index]));
  const parts: Part[] = members.flatMap((member, index) => {
    const name = nameOf(member);
    const value = member.children?.[1];
    if (!value || !Object.hasOwn(after, name)) return [];
    // of a key that is written twice the last one counts
    if (last.get(name) !== index) return [{ was: index, written: () => sliceOf(source.text, member) }];
    const head = source.text.slice(member.offset, value.offset);
    return [{ was: index, written: () => head + render(source, value, before[name], after[name]) }];
  });
  const names = Object.keys(after);
  for (const [position, name] of names.entries()) {
    if (last.has(name)) continue;
    const { afterColon } = source.style;
    const part: Part = {
      was: null,
      written: (indent) => `${JSON.stringify(name)}:${afterColon}${print(source.style, after[name], indent)}`,
    };
    // beside the key that it follows in the new value
    const previous = names.slice(0, position).findLast((other) => last.has(other));
    const at = previous === undefined ? 0 : parts.findIndex(({ was }) => was === last.get(previous)) + 1;
    parts.splice(following(parts, at), 0, part);
  }
  return join(source, node, beforeTheLast(parts, isLastKept(source, node, before, after)));
}

/** New keys at the end would bring a comma into the line above, whose value did not change: they go before it. */
function beforeTheLast(parts: readonly Part[], keepsLast: boolean): readonly Part[] {
  const end = parts.findLastIndex(({ was }) => was !== null);
  if (!keepsLast || end < 0) return parts;
  return [...parts.slice(0, end), ...parts.slice(end + 1), parts[end]!];
}

/** The last member stands in lines of its own, and stays as it is. */
function isLastKept(
  { text }: Source,
  node: Node,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): boolean {
  const last = node.children?.at(-1);
  const name = String(last?.children?.[0]?.value);
  if (!last || !Object.hasOwn(after, name) || !sameJson(before[name], after[name])) return false;
  return /\n\s*$/.test(text.slice(node.offset + 1, last.offset));
}

/** Past the new parts that stand there already. */
function following(parts: readonly Part[], from: number): number {
  let at = from;
  while (parts[at]?.was === null) at += 1;
  return at;
}

function renderArray(source: Source, node: Node, before: readonly unknown[], after: readonly unknown[]): string {
  const members = node.children ?? [];
  const parts = pairMembers(before, after).map(
    ([was, now]): Part => ({
      was,
      written: (indent) =>
        was === null ? print(source.style, after[now], indent) : render(source, members[was]!, before[was], after[now]),
    }),
  );
  return join(source, node, parts);
}

function join({ text, style }: Source, node: Node, parts: readonly Part[]): string {
  const members = node.children ?? [];
  const open = text.slice(node.offset, node.offset + 1);
  const close = text.slice(node.offset + node.length - 1, node.offset + node.length);
  const outer = indentAt(text, node.offset);
  const [first] = members;
  const lastMember = members.at(-1);
  const lead = first
    ? text.slice(node.offset + 1, first.offset)
    : style.unit === ''
      ? ''
      : `${style.lineEnd}${outer}${style.unit}`;
  const trail = lastMember
    ? text.slice(lastMember.offset + lastMember.length, node.offset + node.length - 1)
    : style.unit === ''
      ? ''
      : `${style.lineEnd}${outer}`;
  if (parts.length === 0) return open + close;
  const indent = /\n([ \t]*)$/.exec(lead)?.[1] ?? outer;
  const written = parts.map(({ was, written }, index) => {
    const before =
      index === 0
        ? lead
        : (gap(text, members, was, parts[index - 1]!.was) ?? `,${lead === '' ? ownGap(text, members) : lead}`);
    return before + written(indent);
  });
  return open + written.join('') + trail + close;
}

/** The comma and the blanks before a member, where it follows the one that it followed. */
function gap(text: string, members: readonly Node[], was: number | null, previous: number | null): string | null {
  if (was === null || was === 0 || previous !== was - 1) return null;
  const former = members[was - 1]!;
  return text.slice(former.offset + former.length, members[was]!.offset);
}

/** The blank after a comma in a line that holds several members. */
function ownGap(text: string, members: readonly Node[]): string {
  const [first, second] = members;
  if (!first || !second) return '';
  return text.slice(first.offset + first.length, second.offset).replace(',', '');
}

function sliceOf(text: string, { offset, length }: Node): string {
  return text.slice(offset, offset + length);
}

/** The blanks at the begin of the line in which something stands. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))![0];
}

function print({ unit, lineEnd, escapesSlashes }: Style, value: unknown, indent: string): string {
  const written = JSON.stringify(value, null, unit);
  const escaped = escapesSlashes ? written.replaceAll('/', '\\/') : written;
  return escaped.replaceAll('\n', `${lineEnd}${indent}`);
}
