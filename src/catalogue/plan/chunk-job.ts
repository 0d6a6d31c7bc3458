import type { Answers, CompiledUpgrade, Question } from '../../upgrade/index.ts';
import type { UseKeys } from '../process/use-keys.ts';
import type { PlanRow } from './plan-summary.ts';
import type { PlanWork } from './plan-work.ts';

export interface ChunkJob {
  readonly plan: PlanRow;
  readonly upgrade: CompiledUpgrade;
  readonly answers: Answers;
  readonly keys: UseKeys;
  /** Of the plan, by their numbers. */
  readonly works: ReadonlyMap<number, PlanWork>;
  /** Ascending ids of a wave, or null for all. */
  readonly only: readonly number[] | null;
  readonly wave: string | null;
  /** Processes with a higher id. */
  readonly after: number;
  readonly size: number;
  /** Waits for processes that another server or an editor holds, instead of passing them by. */
  readonly wait: boolean;
}

export interface ReplannedProcess {
  readonly id: string;
  readonly name: string;
  /** The version that was planned, where it is known, and the edited one that was found. */
  readonly planned: number | null;
  readonly found: number;
}

export interface OpenProcess {
  readonly id: string;
  readonly name: string;
  readonly questions: readonly Question[];
}
