import type { ArtefactPiece } from '../artefact/artefact-piece.ts';
import type { Assignment, StepResult } from '../step/assignment.ts';

/** What an agent tells about itself. */
export interface AgentIdentity {
  readonly name: string;
  /**
   * Another one than before means that the agent was started anew and does nothing of the old any more. Begins with the number of
   * its life in its folder and a dot, so that what a former one sent is not taken for a later one.
   */
  readonly instance: string;
  /** Its machine. */
  readonly host: string;
  /** The number of its folder: no two living agents have one. */
  readonly home: string;
  /** The start of its machine; empty where the system does not tell. */
  readonly boot: string;
  readonly labels: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  /** How many steps it does at once. */
  readonly slots: number;
}

export interface HeldStep {
  readonly id: string;
  readonly fence: number;
  /** Who must hold it, where whoever reports may speak for one agent only. */
  readonly agent?: string | undefined;
}

/** What an agent needs of its server; in the same process, or over HTTPS. */
export interface AgentPort {
  /** Throws `agent-name-taken` while another agent lives under that name. */
  register(agent: AgentIdentity): Promise<{ readonly heartbeatSeconds: number }>;
  /** Ends in order: its name is free at once. */
  leave(agent: AgentIdentity): Promise<void>;
  /**
   * Takes up to `count` steps; waits for work at most `waitSeconds`. An agent that drains is given nothing. `begin`:
   * nothing stands between the claim and the command, so the steps count as started. Throws `agent-superseded` when
   * another one works under that name.
   */
  claim(
    agent: AgentIdentity,
    count: number,
    waitSeconds: number,
    signal: AbortSignal,
    begin?: boolean,
  ): Promise<readonly Assignment[]>;
  /** Confirms that the lease still holds, right before the command is started; `lease-lost` otherwise. */
  start(step: HeldStep): Promise<void>;
  /** Gives back a step that was not started. */
  release(step: HeldStep, reason: string): Promise<void>;
  /** Keeps the leases; tells which steps to stop, and which are not the agent's any more. Throws `agent-superseded`. */
  heartbeat(agent: AgentIdentity, held: readonly HeldStep[]): Promise<Heartbeat>;
  /** Adds to the step's log at a byte offset; answers the size that the server has. */
  appendLog(
    step: HeldStep,
    offset: number,
    bytes: Uint8Array,
  ): Promise<{ readonly size: number; readonly cancel: boolean }>;
  /**
   * Ends a step; again is the same as once. `lease-lost` when somebody else decides about it by now. With `next` the
   * agent takes its next step, begun, in the same breath.
   */
  complete(step: HeldStep, result: StepResult, next?: AgentIdentity): Promise<readonly Assignment[]>;
  /** Adds to a file that the step left, at a byte offset; answers the size that the server has. `artefact-not-kept`. */
  appendArtefact(step: HeldStep, piece: ArtefactPiece): Promise<{ readonly size: number }>;
  /** The packed plugin with this digest. */
  fetchPlugin(digest: string): Promise<Uint8Array>;
  /** Called when steps should be stopped at once, where the port can tell. */
  onCancel(listener: (stepId: string) => void): () => void;
}

export interface Heartbeat {
  readonly cancel: readonly string[];
  readonly lost: readonly string[];
}
