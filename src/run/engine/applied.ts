import type { RunMachineEvent, RunState } from '../run-state.ts';

export interface Applied {
  readonly state: RunState;
  readonly orders: number;
  readonly stopped: readonly string[];
  /** What the change itself brought about, in this run or in others. */
  readonly then: readonly { readonly runId: string; readonly event: RunMachineEvent; readonly lock?: string }[];
}
