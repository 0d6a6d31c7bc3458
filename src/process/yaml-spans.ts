import { isAlias, isCollection, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';

/** A piece of a text that becomes another one. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export function lineEndOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** Where the text between two offsets ends, without the blanks and line ends behind it. */
export function trimmedEnd(text: string, from: number, to: number): number {
  return from + text.slice(from, to).trimEnd().length;
}

/** Where what a node says ends, without comments behind it; null where it has no text of its own. */
export function contentEnd(node: Node | null): number | null {
  if (!node?.range) return null;
  if (isMap(node) && !node.flow && node.items.length > 0)
    return endOfPair(node.items.at(-1) as Pair<Node, Node | null>);
  if (isSeq(node) && !node.flow && node.items.length > 0) {
    return contentEnd(node.items.at(-1) as Node | null) ?? node.range[1];
  }
  const [from, to] = node.range;
  return (isAlias(node) || isScalar(node) || isCollection(node)) && to > from ? to : null;
}

export function endOfPair(pair: Pair<Node, Node | null>): number {
  return contentEnd(pair.value) ?? slotOf(pair) ?? pair.key.range![1];
}

/** Behind the colon of a pair, and the marks of its value; null where there is none. */
export function slotOf({ srcToken }: Pair): number | null {
  const marks = srcToken?.sep?.filter(({ type }) => type === 'map-value-ind' || type === 'anchor' || type === 'tag');
  const last = marks?.at(-1);
  return last ? last.offset + last.source.length : null;
}
