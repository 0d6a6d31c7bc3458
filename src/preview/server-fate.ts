import type { PropertyChange, UseChange } from '../upgrade/index.ts';
import type { PreviewUse, ServerFate, ServerValue } from './preview.ts';

/**
 * What a server makes of a use, from the two ways in which it may read a default: given where there is no value, or
 * always. Where both come to the same it is certain; where they differ nobody told, and it is not known.
 */
export function serverFate(cautious: UseChange, always: UseChange): ServerFate {
  const others = new Map(always.properties.map((change) => [keyOf(change), change]));
  const values = cautious.properties.flatMap((change) => valueFrom(change, others.get(keyOf(change))));
  const known = new Set(cautious.properties.map(keyOf));
  const only = always.properties.filter((change) => !known.has(keyOf(change)));
  const { outcome, to } = cautious;
  return {
    // a policy is set for what a file does not list, so that nothing is undecided
    outcome: outcome === 'undecided' ? 'pinned' : outcome,
    to,
    values: outcome === 'deleted' ? [] : [...values, ...only.flatMap((change) => valueFrom(change, undefined))],
  };
}

function keyOf({ name, was }: PropertyChange): string {
  return JSON.stringify([name, was]);
}

function valueFrom(change: PropertyChange, other: PropertyChange | undefined): ServerValue[] {
  const { name, was, kind, before, after, chosen } = change;
  const shown = { name, was, before, lost: chosen === true };
  if (!other || JSON.stringify(other.after) !== JSON.stringify(after)) {
    return [{ ...shown, kind: 'not-known', after: other?.after ?? after, lost: false }];
  }
  switch (kind) {
    case 'renamed':
      return [{ ...shown, kind: 'renamed', after }];
    case 'dropped':
      return [{ ...shown, kind: 'dropped', after }];
    case 'kept':
      return was === null ? [] : [{ ...shown, kind: 'renamed', after }];
    case 'asked':
    case 'answered':
      // Lockstep asks; a server does not, and what it does then nobody told
      return [{ ...shown, kind: 'not-known', after: before }];
    default:
      return [{ ...shown, kind: 'written', after }];
  }
}

/** A step that is taken out, or a value that somebody chose and that goes, on the server itself. */
export function losesSomething({ server }: PreviewUse): boolean {
  return server.outcome === 'deleted' || server.values.some(({ lost }) => lost);
}
