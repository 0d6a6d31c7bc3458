import { LockstepError, type Place } from '../failure/index.ts';
import { type Expression, parseExpressions } from '../process/index.ts';
import type { AgentNames } from './step/agent-names.ts';
import { type Part, partsOf, type Value } from './value.ts';

/** Finds a property's value by its written name; null when nothing has it. */
export type Lookup = (name: string) => FoundValue | null;

export interface FoundValue {
  readonly value: Value;
  /** The value was written by the process's author and may hold expressions itself. */
  readonly template?: boolean;
}

/** Where a text stands, for messages: `activity "Deploy", property "target"`. */
export interface TextOrigin {
  readonly label: string;
}

/**
 * Resolves every reference of a text except those of the executing machine; `quote` makes plain values fit the text.
 * Throws `expression-not-resolved` with line and column for `${p:x}` that refers to nothing or to itself.
 */
export function resolveText(
  text: string,
  lookup: Lookup,
  origin: TextOrigin,
  quote: (text: string) => string = (plain) => plain,
): Part[] {
  return merge(resolveNested(text, lookup, origin, [], quote));
}

function resolveNested(
  text: string,
  lookup: Lookup,
  origin: TextOrigin,
  via: readonly string[],
  quote: (text: string) => string,
): Part[] {
  return parseExpressions(text).flatMap((segment): Part[] => {
    if (segment.kind === 'text') return [via.length === 0 ? segment : { kind: 'text', text: quote(segment.text) }];
    if (segment.kind !== 'property')
      return [{ kind: segment.kind, name: segment.name, optional: segment.optional, source: segment.source }];
    if (via.includes(segment.name))
      throw unresolved(text, segment, origin, `refers to itself: ${[...via, segment.name].join(' → ')}`);
    const found = lookup(segment.name);
    if (found) {
      if (found.template && typeof found.value === 'string' && found.value.includes('${'))
        return resolveNested(
          found.value,
          lookup,
          { label: `value of "${segment.name}", used by ${origin.label}` },
          [...via, segment.name],
          quote,
        );
      return partsOf(found.value).map((part) => (part.kind === 'text' ? { ...part, text: quote(part.text) } : part));
    }
    if (segment.optional) return [];
    if (segment.older) return [{ kind: 'text', text: segment.source }];
    throw unresolved(text, segment, origin, 'refers to nothing: no scope and no earlier activity has it');
  });
}

function merge(parts: readonly Part[]): Part[] {
  const merged: Part[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (part.kind === 'text' && part.text === '') continue;
    if (part.kind === 'text' && last?.kind === 'text')
      merged[merged.length - 1] = { kind: 'text', text: last.text + part.text };
    else merged.push(part);
  }
  return merged;
}

function unresolved(text: string, reference: Expression, origin: TextOrigin, what: string): LockstepError {
  return new LockstepError('expression-not-resolved', `${reference.source} ${what}.`, {
    where: placeOf(text, reference.offset, origin.label),
    hint: `Give the property a value, correct the name, or write \${p?:${reference.name}} if it may be missing.`,
    data: { expression: reference.source },
  });
}

function placeOf(text: string, offset: number, file: string): Place {
  const before = text.slice(0, offset).split('\n');
  return { file, line: before.length, column: before.at(-1)!.length + 1 };
}

/** The executing machine's half: joins the parts to the final text, with sealed values opened. */
export function finishText(
  parts: readonly Part[],
  machine: {
    readonly open: (sealed: string) => string;
    readonly agent: AgentNames;
  },
  origin: TextOrigin,
): string {
  return parts
    .map((part) => {
      if (part.kind === 'text') return part.text;
      if (part.kind === 'sealed') return machine.open(part.sealed);
      const found = machine.agent.find(part.kind, part.name);
      if (found !== undefined) return found;
      if (part.optional) return '';
      const { message, hint } = machine.agent.explain(part.kind, part.name);
      throw new LockstepError('expression-not-resolved', `${part.source} refers to nothing: ${message}.`, {
        where: { file: origin.label, line: 1, column: 1 },
        hint,
        data: { expression: part.source },
      });
    })
    .join('');
}
