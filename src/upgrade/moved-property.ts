import type { PropertyChange } from './plan.ts';

/** A value that stands under another name now; not what only tells that one stayed where another wanted to go. */
export function isMoved({ was, kind, rule }: PropertyChange): boolean {
  return was !== null && kind !== 'dropped' && !(kind === 'kept' && rule === 'PROP-1');
}
