import { join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import type { StoreTransaction } from '../../store/index.ts';
import type { Engine } from '../engine.ts';
import { defaultLogLimits } from '../step/step-log.ts';

export interface DispatcherOptions {
  readonly engine: Engine;
  /** `<data>/runs`: logs by run and step. */
  readonly folder: string;
  readonly leaseSeconds: number;
  readonly packPlugin: (digest: string) => Promise<Uint8Array | null>;
  /** Further environment of every step, such as the server's address. */
  readonly environment: Readonly<Record<string, string>>;
  /** Asked within the transaction before the agent in this process is given anything; false: it is given nothing. */
  readonly mayWorkHere?: ((tx: StoreTransaction) => Promise<boolean>) | undefined;
}

/** What the acts of the dispatcher share. */
export interface Dispatcher extends DispatcherOptions {
  readonly leaseEnd: () => string;
  readonly time: () => string;
}

export const longestLog = defaultLogLimits.head + 2 * defaultLogLimits.tail;

/** The place of a step's log on the server. */
export function logFileOf(folder: string, runId: string, stepId: string): string {
  return join(folder, runId, `${stepId}.log`);
}

export function lost(id: string): LockstepError {
  return new LockstepError('lease-lost', `The step ${id} is not this agent's any more.`, {
    hint: 'Stop it; the server has decided about it, or gave it to another agent.',
  });
}
