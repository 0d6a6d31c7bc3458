import type { Place } from '../../failure/index.ts';

/** One element of an XML text, with places for people and offsets (UTF-16, into the text as given) for edits. */
export interface XmlElement {
  /** Local name; prefixes are only spelling, `namespace` tells what it means. */
  readonly name: string;
  readonly namespace: string;
  readonly attributes: ReadonlyMap<string, XmlAttribute>;
  readonly children: readonly XmlElement[];
  /** Its own character data and CDATA, without that of its children. */
  readonly text: string;
  readonly at: Place;
  readonly span: XmlSpan;
}

export interface XmlAttribute {
  /** As written, with its prefix. */
  readonly name: string;
  readonly value: string;
  readonly at: Place;
}

export interface XmlSpan {
  /** Of the `<` that opens it. */
  readonly start: number;
  /** Behind the `>` of its start tag. */
  readonly contentStart: number;
  /** Of the `<` of its end tag; equal to `contentStart` for `<a/>`. */
  readonly contentEnd: number;
  /** Behind its last `>`. */
  readonly end: number;
  readonly selfClosing: boolean;
}

/** Children of that local name, in document order. */
export function childrenNamed(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

export function childNamed(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

export function attributeOf(element: XmlElement, name: string): string | null {
  return element.attributes.get(name)?.value ?? null;
}

/** Where the attribute stands, or the element if it has none. */
export function placeOf(element: XmlElement, attribute: string): Place {
  return element.attributes.get(attribute)?.at ?? element.at;
}

/** Character data as a sentence: outer white space off, inner runs as one blank. */
export function tidyText(element: XmlElement | undefined): string {
  return element?.text.trim().replace(/\s+/g, ' ') ?? '';
}
