import { findNodeAtLocation, type Node as JsonNode, parseTree } from 'jsonc-parser';
import { type ErrorCode, LockstepError, type Place } from '../failure/index.ts';
import { deepestJson, tooDeepAt } from '../plugin/index-json.ts';
import { withoutExcerpt } from './without-excerpt.ts';

/** A number whose spelling JavaScript would not give back; printed as `rawJSON` says. */
interface RawJson {
  readonly rawJSON: string;
}

interface JsonWithSource {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
}

// in every engine since 2025, not yet in TypeScript's library
const jsonWithSource = JSON as unknown as JsonWithSource;

/**
 * Parses JSON so that `formatCanonicalJson` can give every number back the way Python would: `1.0` stays `1.0`, a long
 * integer keeps its digits. Throws `code` with line and column where the text is not JSON.
 */
export function parseExactJson(text: string, file: string, code: ErrorCode): unknown {
  const deep = tooDeepAt(text);
  if (deep !== null)
    throw new LockstepError(code, `${file} is nested deeper than ${deepestJson} levels.`, {
      hint: 'Put back the last good text.',
      where: placeAtOffset(text, file, deep),
    });
  try {
    return jsonWithSource.parse(text, (_key, value, { source }) => {
      if (typeof value !== 'number' || source === undefined || String(value) === source) return value;
      return jsonWithSource.rawJSON(formatPythonNumber(source, value));
    });
  } catch (cause) {
    throw new LockstepError(code, `${file} is not JSON: ${withoutExcerpt((cause as Error).message)}.`, {
      hint: 'Put back the last good text, or correct it at this place.',
      where: placeOfJsonFault(text, file, cause as Error),
      cause,
    });
  }
}

/**
 * JSON on one line: keys sorted by code point at every level, separators `,` and `:`, ASCII with `\uXXXX`, no final
 * newline. These are the bytes of Python's `json.dumps(value, sort_keys=True, separators=(',', ':'))`.
 */
export function formatCanonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(formatCanonicalJson).join(',')}]`;
  if (jsonWithSource.isRawJSON(value)) return value.rawJSON;
  if (typeof value === 'string') return formatAscii(value);
  if (typeof value === 'number') return formatPythonNumber(String(value), value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => compareCodePoints(a, b))
    .map(([key, member]) => `${formatAscii(key)}:${formatCanonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** Where the value at `path` begins, or undefined if it is not there. Reads the text again: only for reporting. */
export function placeInJson(text: string, file: string, path: readonly string[]): Place | undefined {
  const root = parseTree(text);
  const node: JsonNode | undefined = root && findNodeAtLocation(root, [...path]);
  const member = node?.parent?.type === 'property' ? node.parent : node;
  return member && placeAtOffset(text, file, member.offset);
}

/** Orders strings as UTF-32 does (and Python), not as UTF-16. */
function compareCodePoints(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let same = 0;
  while (same < shorter && a.charCodeAt(same) === b.charCodeAt(same)) same += 1;
  if (same === shorter) return a.length - b.length;
  // up to here UTF-16 and UTF-32 agree, unless a pair is cut in two
  const plain = (text: string): boolean => (text.charCodeAt(same) & 0xf800) !== 0xd800;
  if (plain(a) && plain(b)) return a.charCodeAt(same) - b.charCodeAt(same);
  const left = [...a];
  const right = [...b];
  for (let at = 0; at < left.length && at < right.length; at++) {
    const difference = left[at]!.codePointAt(0)! - right[at]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function formatAscii(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Integers keep their digits; others are written as Python's `repr(float)`: `1.0`, `1e-05`, `1e+16`. */
function formatPythonNumber(source: string, value: number): string {
  if (Number.isSafeInteger(value) && !/[.e]/i.test(source)) return String(value);
  if (/^-?\d+$/.test(source)) return BigInt(source).toString();
  const [digits = '0', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (value !== 0 && (exponent < -4 || exponent >= 16)) {
    const sign = exponent < 0 ? '-' : '+';
    return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const plain = Object.is(value, -0)
    ? '-0'
    : exponent < 0
      ? value.toFixed(fractionDigits(digits, exponent))
      : String(value);
  return plain.includes('.') ? plain : `${plain}.0`;
}

function fractionDigits(digits: string, exponent: number): number {
  return (digits.split('.')[1] ?? '').length - exponent;
}

function placeOfJsonFault(text: string, file: string, cause: Error): Place {
  const position = /position (\d+)/.exec(cause.message);
  return placeAtOffset(text, file, position ? Number(position[1]) : text.length);
}

function placeAtOffset(text: string, file: string, offset: number): Place {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { file, line, column: offset - before.lastIndexOf('\n') };
}
