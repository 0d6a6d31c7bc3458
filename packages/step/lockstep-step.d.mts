/** What a step reads, puts out and says. Each name is a property of its step type in plugin.xml. */
export interface Step {
  /** The text of an input; the fallback where it is empty. Without a fallback an empty one fails the step. */
  text(name: string, fallback?: string): string;
  /** The same as a number; what is none fails the step. */
  number(name: string, fallback?: number): number;
  /** Whether a check box is ticked. */
  flag(name: string): boolean;
  /** The lines of an input that are not blank. */
  lines(name: string): string[];
  /** An input that must not be printed by mistake. */
  secret(name: string, fallback?: string): Secret;
  /** What later steps may use as `${p:Activity/name}`; written at once. */
  output(name: string, value: string | number | boolean): void;
  /** A line of the step's log. */
  log(...words: unknown[]): void;
  /** Ends the step with this reason. */
  fail(reason: string): never;
}

/** Prints as `****`. */
export interface Secret {
  reveal(): string;
}

/** Thrown by `fail`. */
export class StepFailure extends Error {}

/** Does the work of one step: an error that it throws becomes the reason why the step failed. */
export function runStep(
  work: (step: Step) => void | Promise<void>,
  options?: { readonly env?: Readonly<Record<string, string | undefined>> },
): Promise<void>;

/** For tests: a step with these inputs, and what it puts out. */
export function fakeStep(values: Readonly<Record<string, string>>): {
  readonly step: Step;
  readonly outputs: Record<string, string>;
};
