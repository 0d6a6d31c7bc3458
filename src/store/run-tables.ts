export type RunStepState =
  | 'ready'
  | 'claimed'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'uncertain'
  | 'lost';

export interface RunTable {
  run_id: string;
  process_id: number;
  process_name: string;
  /** Pinned: the run ends on the version it started with [DO-8]. */
  process_version: number;
  status: 'running' | 'success' | 'failure' | 'cancelled';
  requested_by: string;
  requested_at: string;
  ended_at: string | null;
  /** JSON list: agents that may do its steps have all of them. */
  labels: string;
  /** Compared and swapped by every change of the run. */
  revision: number;
  /** How many events its history has. */
  events: number;
  steps: number;
  steps_done: number;
  /** Activities that wait for a person. */
  asking: number;
  cancelling: number;
  reason: string | null;
  /** JSON: the state machine; secure values are sealed. */
  state: string;
}

export interface RunEventTable {
  run_id: string;
  seq: number;
  at: string;
  type: string;
  activity: string | null;
  /** JSON object; never a secret. */
  detail: string;
}

/** One attempt at a step, as agents take it. */
export interface RunStepTable {
  step_id: string;
  run_id: string;
  activity: string;
  attempt: number;
  state: RunStepState;
  agent: string | null;
  /** Counts the leases; a report with an older one is refused. */
  fence: number;
  lease_until: string | null;
  labels: string;
  plugin_id: string;
  plugin_version: number;
  digest: string;
  step_type: string;
  repeatable: number;
  cancel: number;
  /** JSON: command, properties, working folder; secure values are sealed. */
  work: string;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  exit_code: number | null;
  reason: string | null;
  log_bytes: number;
}

/** A file that an attempt at a step left; its bytes are on the disk of the server that took the step's result. */
export interface RunArtefactTable {
  run_id: string;
  step_id: string;
  /** Its path in the step's folder. */
  name: string;
  activity: string;
  attempt: number;
  /** sha256. */
  digest: string;
  size: number;
  kept_at: string;
}

export interface RunLockTable {
  name: string;
  run_id: string;
  activity: string;
  /** 1 once its run knows that it has the lock. */
  told: number;
}

export interface RunLockWaitTable {
  run_id: string;
  activity: string;
  name: string;
  since: string;
}

export interface RunTimerTable {
  run_id: string;
  activity: string;
  due_at: string;
  /** By the clock of whoever set it; empty where that is not known. */
  set_at: string;
}

export interface RunAgentTable {
  name: string;
  /** Another one means that the agent was started anew; empty once it has ended in order. */
  instance: string;
  /** The machine that it runs on, the number of its folder there, and of that machine's start. */
  host: string;
  home: string;
  boot: string;
  /** Since when this instance works. */
  registered_at: string;
  labels: string;
  properties: string;
  /** How many steps it does at once. */
  slots: number;
  draining: number;
  last_seen_at: string;
}
