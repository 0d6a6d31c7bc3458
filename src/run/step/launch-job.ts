import type { ChildEnd } from './child-process.ts';
import type { LogLimits } from './step-log.ts';

/** One command to run, as it travels to the launcher. */
export interface LaunchJob {
  readonly words: readonly [string, ...string[]];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeLimitSeconds: number | null;
  readonly graceMilliseconds: number;
  /** Everything it prints goes there, with `secrets` masked. */
  readonly logFile: string;
  readonly secrets: readonly string[];
  readonly logLimits: LogLimits;
  /** Names the process while it runs, so that whoever comes after a crash can end it. */
  readonly processFile: string;
}

export type LaunchRequest =
  | { readonly type: 'launch'; readonly id: number; readonly job: LaunchJob }
  | { readonly type: 'cancel'; readonly id: number };

/** `broken`: the machine failed, not the command; no disk, for instance. */
export type LaunchEnd = ChildEnd | { readonly kind: 'broken'; readonly message: string };

export interface LaunchAnswer {
  readonly id: number;
  readonly end: LaunchEnd;
  /** Bytes in the log file. */
  readonly logBytes: number;
}
