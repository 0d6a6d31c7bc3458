/** One script to run, as it travels to the sandbox's thread. */
export interface ScriptJob {
  /** `condition`: the value of the last expression is the answer. */
  readonly kind: 'post-processing' | 'condition';
  readonly script: string;
  readonly properties: Readonly<Record<string, string>>;
  /** The step's log, which `scanner.scan()` reads. */
  readonly logFile: string | null;
  readonly limits: ScriptLimits;
}

export interface ScriptLimits {
  readonly milliseconds: number;
  readonly memoryBytes: number;
  /** What the script prints beyond this is dropped. */
  readonly printedBytes: number;
}

export interface ScriptResult {
  /** Null unless the script could not be run to its end; then what a person needs to know. */
  readonly error: string | null;
  readonly properties: Readonly<Record<string, string>>;
  readonly linesOfInterest: readonly number[];
  readonly printed: string;
  /** Of a condition. */
  readonly holds: boolean;
  /** The engine met a limit and must not be used again. */
  readonly spent: boolean;
}

/** A thread says `ready` once it has an engine that no script has seen; it is given a job then, and answers it. */
export type FromThread = ScriptResult | 'ready';
