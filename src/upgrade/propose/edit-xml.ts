import type { XmlElement } from '../../plugin/index.ts';
import type { Guess } from './guess.ts';
import { commentOf, type Line } from './write-lines.ts';

/** Puts `insert` in place of `remove` characters from `offset` on. */
export interface Edit {
  readonly offset: number;
  readonly remove: number;
  readonly insert: string;
}

/** Applies edits that do not overlap; every character that none of them names stays as it is. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { offset, remove, insert } of [...edits].sort((a, b) => b.offset - a.offset))
    result = result.slice(0, offset) + insert + result.slice(offset + remove);
  return result;
}

/** Writes lines as the last children of an element, in the file's own line ends and indentation. */
export function appendChildren(text: string, root: XmlElement, parent: XmlElement, lines: readonly Line[]): Edit {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const own = indentAt(text, parent.span.start);
  const unit = indentUnit(text, root);
  const first = parent.children[0];
  const inner = (first && indentAt(text, first.span.start)) || own + unit;
  const written = lines.map(({ level, text: line }) => newline + inner + unit.repeat(level) + line).join('');
  const { start, contentStart, contentEnd, selfClosing } = parent.span;
  if (selfClosing) {
    const head = text.slice(start, contentStart);
    const slash = start + head.replace(/\s*\/>$/, '').length;
    const tag = head.match(/^<([^\s/>]+)/)?.[1] ?? parent.name;
    return { offset: slash, remove: contentStart - slash, insert: `>${written}${newline}${own}</${tag}>` };
  }
  const content = text.slice(contentStart, contentEnd);
  const behind = contentStart + content.trimEnd().length;
  const closing = text.slice(behind, contentEnd);
  // the end tag keeps its own line if it has one
  return closing.includes('\n')
    ? { offset: behind, remove: 0, insert: written }
    : { offset: behind, remove: closing.length, insert: `${written}${newline}${own}` };
}

/** Writes lines as the next siblings of an element. */
export function insertBehind(text: string, root: XmlElement, sibling: XmlElement, lines: readonly Line[]): Edit {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = indentAt(text, sibling.span.start);
  const unit = indentUnit(text, root);
  const written = lines.map(({ level, text: line }) => newline + indent + unit.repeat(level) + line).join('');
  return { offset: sibling.span.end, remove: 0, insert: written };
}

/** Writes the comment of a guess in a line of its own before an element. */
export function commentBefore(text: string, element: XmlElement, guess: Guess): Edit {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const { start } = element.span;
  return { offset: start, remove: 0, insert: `${commentOf(guess)}${newline}${indentAt(text, start)}` };
}

/** Behind the element's name, where further attributes can be written. */
export function attributesAt(text: string, element: XmlElement): number {
  return element.span.start + (text.slice(element.span.start).match(/^<[^\s/>]+/)?.[0].length ?? 0);
}

/** The prefix of an element's name as written, with its colon, or nothing. */
export function prefixOf(text: string, element: XmlElement): string {
  return text.slice(element.span.start + 1).match(/^[^\s/>:]+:/)?.[0] ?? '';
}

function indentUnit(text: string, root: XmlElement): string {
  const first = root.children[0];
  const indent = first ? indentAt(text, first.span.start).slice(indentAt(text, root.span.start).length) : '';
  return indent === '' ? '  ' : indent;
}

/** The white space before an offset, if nothing else stands before it in its line. */
function indentAt(text: string, offset: number): string {
  return text.slice(0, offset).match(/(?:^|[\r\n])([ \t]*)$/)?.[1] ?? '';
}
