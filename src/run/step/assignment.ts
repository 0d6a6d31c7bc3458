import type { StepCommand } from '../../plugin/index.ts';
import type { Artefact } from '../artefact/artefact.ts';
import type { Part } from '../value.ts';

/** One step to execute, as an agent receives it: secure values are open here, and are named to be masked. */
export interface Assignment {
  readonly id: string;
  readonly runId: string;
  readonly activity: string;
  readonly attempt: number;
  /** Counts the leases of this step; whatever an agent reports carries it, and an older one is refused. */
  readonly fence: number;
  readonly plugin: { readonly id: string; readonly version: number; readonly digest: string };
  readonly stepType: string;
  readonly command: StepCommand;
  readonly postProcessing: string | null;
  readonly properties: Readonly<Record<string, readonly Part[]>>;
  /** Secure values: masked in the log wherever they stand. */
  readonly secrets: readonly string[];
  readonly processName: string;
  readonly workingDir: readonly Part[] | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeLimitSeconds: number | null;
}

export interface StepResult {
  readonly outcome: 'success' | 'failure' | 'cancelled';
  readonly exitCode: number | null;
  readonly outputs: Readonly<Record<string, string>>;
  /** Names of outputs that hold a secure value; they are sealed where they are kept. */
  readonly secureOutputs: readonly string[];
  /** Why it failed; null for a success. */
  readonly message: string | null;
  /** Size of the whole log. */
  readonly logBytes: number;
  /** Files that it left to be kept; none where it says nothing. */
  readonly artefacts?: readonly Artefact[];
}
