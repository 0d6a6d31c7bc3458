import type { ChangeKind } from './change.ts';

/** A value that stays although something else was there to take its place. */
export const kept = {
  kind: 'kept',
  counts: false,
  describe: () => null,
} as const satisfies ChangeKind;
