import type { Assignment, StepResult } from '../step/assignment.ts';
import type { AgentHome } from './agent-home.ts';

/** What an agent has of its machine: a folder of its own, and what executes steps in it. */
export interface Workbench {
  /** Takes the folder. Throws `data-busy` while another agent lives in it. */
  takeHome(): AgentHome;
  place(assignment: Assignment, pluginHome: string): StepPlace;
  close(): void;
}

/** Where one step is done. */
interface StepPlace {
  execute(signal: AbortSignal): Promise<StepResult>;
  /** Its growing log and the folder of the files that it leaves, where they have to be sent. */
  readonly sends: { readonly log: string; readonly artefacts: string } | null;
  /** Takes away what is not needed any more. */
  clear(): Promise<void>;
}
