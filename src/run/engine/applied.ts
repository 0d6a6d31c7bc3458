import type { RunMachineEvent, RunState } from '../run-state.ts';

export interface Applied {
  readonly state: RunState;
  readonly orders: number;
  readonly stopped: readonly string[];
  /** What the change itself brought about, in this run or in others. */
  readonly then: readonly Consequence[];
}

/** Stands in the database until it is told, in the row that it names: whoever dies before leaves it to the upkeep. */
export interface Consequence {
  readonly runId: string;
  readonly event: RunMachineEvent;
  /** It was granted. */
  readonly lock?: string;
  /** It was cancelled before anybody took it. */
  readonly step?: string;
}
