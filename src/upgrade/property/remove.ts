import type { ChangeKind } from './change.ts';
import type { ReadOperations } from './program.ts';
import { findSlot } from './slot.ts';

export const dropped = {
  kind: 'dropped',
  counts: true,
  describe: ({ name, was, chosen }) => `"${was ?? name}" dropped${chosen ? " with somebody's own value" : ''}`,
  signature: ({ chosen }) => (chosen ? 'lost' : 'dropped'),
} as const satisfies ChangeKind;

/** `<remove-property name>` [PROP-5]. */
export const readRemovals: ReadOperations = ({ removed }, { hop }) => {
  const reason = `The upgrade file removes it at ${hop}.`;
  return removed.map(({ name }) => ({
    run: ({ slots }) => findSlot(slots, name)?.drop('PROP-5', reason),
    follow: (was) => (was === name ? null : was),
  }));
};
