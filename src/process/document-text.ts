import type { ProcessDocument } from './document.ts';
import { scanJson } from './scan-json.ts';

/** A number kept as it was written, where JavaScript's own would lose digits (`JSON.rawJSON`). */
interface WrittenNumber {
  readonly rawJSON: string;
}

const json = JSON as unknown as {
  rawJSON(text: string): WrittenNumber;
  isRawJSON(value: unknown): value is WrittenNumber;
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
};

/**
 * JSON text → value, with every number that would lose digits kept as it was written, so that `formatJson` writes the
 * same digits again. Throws `json-not-valid` with line and column.
 */
export function parseJson(text: string, file: string): unknown {
  const { numbersSurvive } = scanJson(text, file);
  return readValue(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, numbersSurvive);
}

/** A text that `formatDocument` wrote: no second look at its form, digits kept all the same. */
export function parseTrustedJson(text: string): unknown {
  return readValue(text, !mayLoseDigits.test(text));
}

/**
 * In a text without white space: a number of sixteen digits or more, with an exponent or one that JavaScript would write
 * so, with a fraction that ends in 0, or minus zero. May also match inside a string, which only costs time.
 */
const mayLoseDigits = /[:,[](?:-?\d(?:[\d.]{15}|(?<=0)\.0{6}|\d*(?:\.\d*)?[eE]|\d*\.\d*0(?!\d))|-0(?![.\d]))/;

function readValue(text: string, numbersSurvive: boolean): unknown {
  if (numbersSurvive) return JSON.parse(text);
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined ? numberAsWritten(source) : value,
  );
}

/** A number as JSON writes it → its value, kept as it was written where JavaScript would lose digits. */
export function numberAsWritten(source: string): unknown {
  return String(Number(source)) === source ? Number(source) : json.rawJSON(source);
}

/**
 * One process as text, in the one form that Lockstep stores and compares: no white space, keys in the order in which
 * they came. The same document always gives the same text, and `parseDocument` of it gives the same document.
 */
export function formatDocument(document: ProcessDocument): string {
  return JSON.stringify(document);
}

/** Indented by four spaces, as exports are. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 4)}\n`;
}

/** The digits of a number that is kept as it was written; null for everything else. */
export function keptDigits(value: unknown): string | null {
  return json.isRawJSON(value) ? value.rawJSON : null;
}

/** A JSON object; a number that is kept as written is none. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !json.isRawJSON(value);
}

/** The text by which two values are compared: `true` is `"true"`, no value is `""`. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return json.isRawJSON(value) ? value.rawJSON : JSON.stringify(value);
  return String(value);
}

/** Two JSON values are the same: numbers by how they are written, keys in any order. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  }
  if (!isRecord(a) || !isRecord(b)) return !isRecord(a) && !isRecord(b) && textOf(a) === textOf(b);
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}
