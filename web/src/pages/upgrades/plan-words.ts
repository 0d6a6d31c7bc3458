import type { PlanHeader, UseChange } from '../../api/types.ts';
import type { Tone } from '../../parts/tone.ts';

export const planViews = ['review', 'waves', 'history'] as const;
export type PlanView = (typeof planViews)[number];

/** `Fleet Tools 1, 2 → 3` */
export function planTitle({ plugin, from, to }: Pick<PlanHeader, 'plugin' | 'from' | 'to'>): string {
  return `${plugin.name} ${from.join(', ')} → ${to}`;
}

export const stateTones: Readonly<Record<PlanHeader['state'], Tone>> = {
  planning: 'quiet',
  planned: 'active',
  applying: 'active',
  paused: 'care',
  applied: 'well',
  undoing: 'care',
  undone: 'quiet',
};

export const outcomeTones: Readonly<Record<UseChange['outcome'], Tone>> = {
  carried: 'well',
  renamed: 'new',
  deleted: 'bad',
  pinned: 'care',
  undecided: 'ask',
};

/** Whether its questions may be answered now. */
export function isAnswerable({ state, interrupted }: Pick<PlanHeader, 'state' | 'interrupted'>): boolean {
  return state === 'planned' || state === 'paused' || (state === 'applying' && interrupted);
}
