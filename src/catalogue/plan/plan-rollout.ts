/**
 * How a plan is being carried out, kept with it: which part of it now, under which limit, and why it rests. Whoever
 * takes part, on any server, does what is written here, and stops before the next chunk where it says that the plan rests.
 */

import type { Wave } from './wave-members.ts';

export interface PlanRollout {
  /** Null: every process. */
  readonly wave: Wave | null;
  /** Above this share of failures (0 to 1) it pauses by itself; null: it does not. */
  readonly stopAbove: number | null;
  readonly pause: PlanPause | null;
}

export interface PlanPause {
  /** A person asked for it · too much failed · the wave is done and the rest waits. */
  readonly why: 'asked' | 'failures' | 'wave-done';
  readonly at: string;
  readonly by: string;
  /** What was too high. */
  readonly rate: FailureRate | null;
}

export function rolloutOf({ course }: { readonly course: string | null }): PlanRollout {
  return course === null ? { wave: null, stopAbove: null, pause: null } : (JSON.parse(course) as PlanRollout);
}

/** A share of failures, and of what. */
export interface FailureRate {
  /** `processes` that could not be carried over, or `runs` of processes that were. */
  readonly of: 'processes' | 'runs';
  readonly failed: number;
  readonly total: number;
}
