import { diffLines } from 'diff';
import { expect } from 'vitest';
import { isRecord, readWritten } from '../../src/process/index.ts';

/** No more lines come or go than values do; a comma before an end that went, and an alias written out, are the bill of their own. */
export function expectOnlyChangedLines(name: string, before: string, after: string): void {
  expect([/^\ufeff/.test(after), /\r\n/.test(after), /\n$/.test(after)]).toEqual([
    /^\ufeff/.test(before),
    /\r\n/.test(before),
    /\n$/.test(before),
  ]);
  expect(after.replaceAll('\r\n', '')).not.toContain(before.includes('\r\n') ? '\n' : '\r');
  for (const comment of before.match(/# (?:what it does|as agreed).*/g) ?? []) expect(after).toContain(comment);
  const { gone, come } = changedValues(
    readWritten(before, name).value,
    readWritten(after, name).value,
    syntaxOf(name, before),
  );
  // where a value that was shared is so no more
  const writtenOut = (before.match(/\*shared/g)?.length ?? 0) - (after.match(/\*shared/g)?.length ?? 0);
  const count = (which: 'added' | 'removed'): number =>
    diffLines(before, after)
      .filter((part) => part[which])
      .reduce((sum, { value }) => sum + value.replace(/\n$/, '').split('\n').length, 0);
  expect(count('removed')).toBeLessThanOrEqual(gone + writtenOut);
  expect(count('added')).toBeLessThanOrEqual(come + writtenOut);
}

interface Syntax {
  readonly json: boolean;
  /** Between values that have a line each, as in JSON and in YAML's braces over several lines. */
  readonly commas: boolean;
  /** Some map of YAML stands in one line: a value that comes changes that line. */
  readonly inline: boolean;
}

function syntaxOf(name: string, text: string): Syntax {
  const json = name.endsWith('json');
  return { json, commas: json || /\{\r?$/m.test(text), inline: !json && /\{.*\}/.test(text) };
}

function changedValues(before: unknown, after: unknown, syntax: Syntax): { gone: number; come: number } {
  if (Array.isArray(before) && Array.isArray(after)) {
    return sum(before.map((item, index) => changedValues(item, after[index], syntax)));
  }
  if (!isRecord(before) || !isRecord(after)) {
    return Object.is(before, after) ? { gone: 0, come: 0 } : { gone: linesOf(before), come: linesOf(after) };
  }
  const went = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const came = Object.keys(after).filter((key) => !Object.hasOwn(before, key));
  // the comma before the last one that goes; YAML's comment of a value that goes
  const comma = went.length > 0 && syntax.commas ? 1 : 0;
  const line = syntax.inline && came.length > 0 && went.length === 0 ? 1 : 0;
  const own = { gone: comma + line, come: comma + line + (syntax.json ? 0 : went.length) };
  const [few, many] = [before, after].map((record) => Object.keys(record).length);
  // the brackets of what was empty, or is now
  const brackets = (few === 0) === (many === 0) ? 0 : 2;
  return sum([
    own,
    { gone: brackets, come: brackets },
    ...went.map((key) => ({ gone: linesOf(before[key]), come: 0 })),
    ...came.map((key) => ({ gone: 0, come: linesOf(after[key]) })),
    ...Object.keys(before)
      .filter((key) => !went.includes(key))
      .map((key) => changedValues(before[key], after[key], syntax)),
  ]);
}

/** A text of several lines may stand in twice as many: in quotes, each line end is an empty line. */
function linesOf(value: unknown): number {
  return typeof value === 'string' && value.includes('\n') ? value.split('\n').length * 2 : 1;
}

function sum(counts: readonly { gone: number; come: number }[]): { gone: number; come: number } {
  return counts.reduce((a, b) => ({ gone: a.gone + b.gone, come: a.come + b.come }), { gone: 0, come: 0 });
}
