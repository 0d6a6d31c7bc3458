import type { PlanHeader, UseChange } from '../../api/types.ts';
import type { Tone } from '../../parts/tone.ts';

export const planViews = ['review', 'waves', 'history'] as const;
export type PlanView = (typeof planViews)[number];

/** `Fleet Tools 1, 2 → 3` */
export function planTitle({ plugin, from, to }: Pick<PlanHeader, 'plugin' | 'from' | 'to'>): string {
  return `${plugin.name} ${from.join(', ')} → ${to}`;
}

export const stateTones: Readonly<Record<PlanHeader['state'], Tone>> = {
  planned: 'active',
  applying: 'active',
  stopped: 'care',
  paused: 'care',
  applied: 'well',
  undoing: 'care',
  undone: 'quiet',
  discarded: 'quiet',
};

export const outcomeTones: Readonly<Record<UseChange['outcome'], Tone>> = {
  carried: 'well',
  renamed: 'new',
  deleted: 'bad',
  pinned: 'care',
  undecided: 'ask',
};

/** While it is in one of these states its questions may be answered. */
export const answerable: ReadonlySet<PlanHeader['state']> = new Set(['planned', 'stopped', 'paused']);
