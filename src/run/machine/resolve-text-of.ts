import { LockstepError } from '../../failure/index.ts';
import type { Activity } from '../../process/index.ts';
import { resolveText } from '../expression.ts';
import type { RunState } from '../run-state.ts';
import { lookupIn } from '../scope.ts';
import { type Part, valueFrom } from '../value.ts';
import type { Context } from './draft.ts';

export function resolve(
  { draft, documents }: Context,
  key: string,
  text: string,
  what: string,
  quote?: (text: string) => string,
): Part[] {
  const state = draft.activities[key]!;
  const frame = draft.frames[state.frame]!;
  const lookup = lookupIn({
    state: draft as RunState,
    frame,
    document: documents(frame.pin),
    previous: state.previous,
  });
  return resolveText(text, lookup, { label: `activity "${state.name}", ${what}` }, quote);
}

export function plain(context: Context, key: string, text: string, what: string): string {
  const value = valueFrom(resolve(context, key, text, what));
  if (typeof value === 'string') return value;
  const { name } = context.draft.activities[key]!;
  throw new LockstepError(
    'expression-not-resolved',
    `The ${what} of activity "${name}" needs a secure value, or one that only the agent knows; that cannot decide the way.`,
    { hint: 'Use a plain property there.' },
  );
}

export function textOf(activity: Activity, ...fields: readonly string[]): string {
  for (const field of fields) {
    const value = activity[field];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  }
  return '';
}

/** A value inside a script's string or number: it can never end the string that it stands in. */
export function scriptText(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replaceAll("'", "\\'")
    .replaceAll('`', '\\`')
    .replaceAll('$', '\\u0024')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
