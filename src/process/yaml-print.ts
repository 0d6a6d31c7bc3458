import { type Scalar, stringify } from 'yaml';
import { isRecord } from './document-text.ts';
import { lineEndOf } from './yaml-spans.ts';

export type TextStyle = 'PLAIN' | 'QUOTE_SINGLE' | 'QUOTE_DOUBLE';

/** Texts that a reader of YAML 1.1 takes for something else are put in quotes too. */
const carefully = { compat: 'yaml-1.1', lineWidth: 0, blockQuote: false } as const;

const notPrintable = /[\p{Cc}\p{Cs}\u2028\u2029\ufeff\ufffe\uffff]/u;

/** A value in the place of a scalar, written as that one was where it can be. */
export function printScalar(source: string, scalar: Scalar, value: unknown, inFlow: boolean): string {
  if (scalar.type === 'BLOCK_LITERAL' || scalar.type === 'BLOCK_FOLDED') {
    const [from, to] = scalar.range!;
    const block = source.slice(from, to);
    const ending = /\r?\n[ \t\r\n]*$/.exec(block)?.[0] ?? '';
    const literal = typeof value === 'string' ? printLiteral(block, value, lineEndOf(source)) : null;
    return (
      literal ?? `${typeof value === 'string' ? printText(value, 'QUOTE_DOUBLE', inFlow) : printFlow(value)}${ending}`
    );
  }
  if (typeof value !== 'string') return printFlow(value);
  return printText(
    value,
    scalar.type === 'PLAIN' || scalar.type === undefined ? 'PLAIN' : (scalar.type as TextStyle),
    inFlow,
  );
}

/** A value in one line. */
export function printValue(value: unknown, inFlow: boolean): string {
  return typeof value === 'string' ? printText(value, 'PLAIN', inFlow) : printFlow(value);
}

/** A collection as JSON writes it, in one line, which is YAML too. */
export function printFlow(value: unknown): string {
  return forYaml(JSON.stringify(value, null, 1)).replace(/\n\s*/g, ' ');
}

/** A text in a style, or in the next one that can hold it. */
export function printText(text: string, style: TextStyle, inFlow: boolean): string {
  if (style === 'PLAIN' && !/[\r\n]/.test(text) && !(inFlow && /[,[\]{}?:#]/.test(text))) {
    if (stringify(text, carefully) === `${text}\n`) return text;
  }
  if (style === 'QUOTE_SINGLE' && !notPrintable.test(text)) {
    return `'${text.replaceAll("'", "''")}'`;
  }
  return forYaml(JSON.stringify(text));
}

/** What stands in one line of its own. */
export function isInline(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0 || !isPlainJson(value);
  return !isRecord(value) || Object.keys(value).length === 0 || !isPlainJson(value);
}

/** A value as lines that begin in a column; the first one stands there already. */
export function printBlock(value: unknown, indent: string, lineEnd: string, style: TextStyle): string {
  if (isInline(value)) return typeof value === 'string' ? printText(value, style, false) : printFlow(value);
  const written = stringify(value, { ...carefully, defaultStringType: style, defaultKeyType: 'PLAIN' });
  return written.trimEnd().replaceAll('\n', `${lineEnd}${indent}`);
}

/** Without numbers that are kept as they were written, which `stringify` does not know. */
function isPlainJson(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlainJson);
  if (typeof value !== 'object' || value === null) return true;
  return isRecord(value) && Object.values(value).every(isPlainJson);
}

/** JSON's own quotes, with what YAML may take for a line end or a mark written by number. */
function forYaml(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Lines below `|`, indented as they were; null where they would not read as this text. */
function printLiteral(block: string, text: string, lineEnd: string): string | null {
  const [, head = '', note = '', body = ''] = /^([|>][-+]?)([^\S\n]*(?:#[^\n]*)?\r?\n)([\s\S]*)$/.exec(block) ?? [];
  const indent = /^(?:[ \t]*\r?\n)*( +)\S/.exec(body)?.[1];
  const content = text.replace(/\n+$/, '');
  const printable = !notPrintable.test(text.replaceAll(/[\n\t]/g, ''));
  if (indent === undefined || content === '' || /^\n*[ \t]/.test(text) || !printable) {
    return null;
  }
  const ends = text.length - content.length;
  const chomp = ends === 0 ? '-' : ends === 1 ? '' : '+';
  const lines = content.split('\n').map((line) => (line === '' ? '' : indent + line));
  const blanks = head.endsWith('+') || chomp === '+' ? '' : (/\n((?:[ \t]*\r?\n)*)$/.exec(body)?.[1] ?? '');
  return `|${chomp}${note}${lines.join(lineEnd)}${lineEnd.repeat(Math.max(1, ends))}${blanks}`;
}
