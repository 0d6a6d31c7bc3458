import { SaxesParser } from 'saxes';
import { LockstepError, type Place } from '../../failure/index.ts';
import type { XmlAttribute, XmlElement, XmlSpan } from './element.ts';
import { explainFault } from './explain-fault.ts';
import { findMergeMarkers } from './merge-markers.ts';
import { textPlaces } from './text-places.ts';

/** Real files stay below 100 kB and six levels; the parser's own cost grows with the square of the depth. */
export const xmlLimits = { characters: 8_000_000, depth: 64, elements: 100_000 };

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** An element while its end is not reached. */
type OpenElement = Omit<Writable<XmlElement>, 'attributes' | 'children' | 'span'> & {
  attributes: Map<string, XmlAttribute>;
  children: XmlElement[];
  span: Writable<XmlSpan>;
};

/**
 * Reads one XML text into elements, or throws `xml-not-well-formed` / `xml-not-safe` with the place of the first fault [DO-9].
 * Nothing external is ever looked at: a DOCTYPE is refused, so no entity but the five of XML exists.
 */
export function readXml(text: string, file: string): XmlElement {
  const placeAt = textPlaces(text, file);
  if (text.length > xmlLimits.characters)
    throw unsafe(`The file has ${text.length} characters; ${xmlLimits.characters} is the limit.`, placeAt(0));
  refuseBinary(text, placeAt);

  const parser = new SaxesParser({ xmlns: true, position: true });
  const open: OpenElement[] = [];
  let root: XmlElement | null = null;
  let pending = new Map<string, XmlAttribute>();
  let closed: OpenElement | null = null;
  let count = 0;

  parser.on('error', (fault) => {
    const message = fault.message.replace(/^\d+:\d+: /, '');
    // the parser has closed the element by the time it says that the end tag is another one's
    const openThere = closed && message === 'unexpected close tag.' ? [...open, closed] : open;
    throw faultOf(text, file, message, openThere, parser.position, placeAt);
  });
  parser.on('doctype', () => {
    const at = placeAt(text.lastIndexOf('<!DOCTYPE', parser.position));
    throw unsafe('The file declares a DOCTYPE; entities and external files are never expanded.', at);
  });
  parser.on('opentagstart', () => {
    // at a lone `<a` the parser has already taken the character behind the name
    const start = text.lastIndexOf('<', parser.position - 2);
    if (open.length >= xmlLimits.depth)
      throw unsafe(`Elements are nested deeper than ${xmlLimits.depth} levels.`, placeAt(start));
    if (++count > xmlLimits.elements)
      throw unsafe(`The file has more than ${xmlLimits.elements} elements.`, placeAt(start));
    pending = new Map();
    open.push({
      name: '',
      namespace: '',
      attributes: pending,
      children: [],
      text: '',
      at: placeAt(start),
      span: { start, contentStart: 0, contentEnd: 0, end: 0, selfClosing: false },
    });
  });
  parser.on('attribute', ({ name, local, prefix, value }) => {
    if (prefix === 'xmlns' || name === 'xmlns') return;
    pending.set(local, { name, value, at: placeAt(attributeStart(text, name, parser.position)) });
  });
  parser.on('opentag', (tag) => {
    const element = open.at(-1)!;
    element.name = tag.local;
    element.namespace = tag.uri;
    element.span.contentStart = parser.position;
    element.span.selfClosing = tag.isSelfClosing;
  });
  parser.on('text', (data) => {
    const element = open.at(-1);
    if (element) element.text += data;
  });
  parser.on('cdata', (data) => {
    const element = open.at(-1);
    if (element) element.text += data;
  });
  parser.on('closetag', () => {
    const element = open.pop()!;
    closed = element;
    const { span } = element;
    span.end = parser.position;
    span.contentEnd = span.selfClosing ? span.contentStart : text.lastIndexOf('</', parser.position);
    const parent = open.at(-1);
    if (parent) parent.children.push(element);
    else root = element;
  });

  parser.write(text).close();
  // the parser reports a text without a root element itself
  return root as unknown as XmlElement;
}

/** Backwards from the closing quote over value, quote, `=` and name: the parser only tells where an attribute ends. */
function attributeStart(text: string, name: string, behindQuote: number): number {
  const opening = text.lastIndexOf(text[behindQuote - 1]!, behindQuote - 2);
  const equals = skipBlanksBack(text, opening);
  return skipBlanksBack(text, equals - 1) - name.length;
}

/** Behind the last character before `offset` that is no white space. */
function skipBlanksBack(text: string, offset: number): number {
  let behind = offset;
  while (behind > 0 && /\s/.test(text[behind - 1]!)) behind--;
  return behind;
}

function refuseBinary(text: string, placeAt: (offset: number) => Place): void {
  const start = text.replace(/^\ufeff/, '').trimStart();
  if (text.includes('\0') || start.startsWith('PK\u0003\u0004'))
    throw new LockstepError('xml-not-well-formed', 'This is not a UTF-8 text, so it is no XML file.', {
      hint: 'Check that this is the right file, and save it as UTF-8.',
      where: placeAt(0),
    });
  if (!start.startsWith('<'))
    throw new LockstepError(
      'xml-not-well-formed',
      start === '' ? 'The file is empty.' : `This is no XML: it starts with ${JSON.stringify(start.slice(0, 12))}.`,
      { hint: 'Check that this is the right file.', where: placeAt(text.length - start.length) },
    );
}

function faultOf(
  text: string,
  file: string,
  message: string,
  open: readonly OpenElement[],
  position: number,
  placeAt: (offset: number) => Place,
): LockstepError {
  const fault = explainFault({ text, message, position, open: open.map(({ span }) => openTagName(text, span.start)) });
  const where = fault.openElement === null ? placeAt(fault.offset) : open[fault.openElement]!.at;
  const markers = findMergeMarkers(text).map(placeAt);
  const [first] = markers;
  if (!first) return new LockstepError('xml-not-well-formed', fault.message, { hint: fault.hint, where });
  const lines = markers.map(({ line }) => line);
  const broken = lines.includes(where.line) ? '' : ` As it stands, line ${where.line}: ${fault.message}`;
  return new LockstepError(
    'xml-not-well-formed',
    `The file still holds the markers of an unresolved git merge (lines ${lines.join(', ')}).`,
    {
      hint: `Resolve the merge and delete the lines of <<<<<<<, ======= and >>>>>>>.${broken}`,
      where: first,
      data: { lines, file },
    },
  );
}

function openTagName(text: string, start: number): string {
  return text.slice(start + 1).match(/^[^\s/>]+/)?.[0] ?? '?';
}

function unsafe(message: string, where: Place): LockstepError {
  return new LockstepError('xml-not-safe', message, {
    hint: 'Plugin files need no DOCTYPE, no entities of their own and few levels: write the texts out.',
    where,
  });
}
