import { tracingChannel } from 'node:diagnostics_channel';
import { LockstepError } from '../failure/index.ts';

export type OperationState = 'waiting' | 'progress' | 'success' | 'fail';

const traced = tracingChannel('lockstep:host.work');

/** What an operation looks like at one moment; plain data. */
export interface OperationView {
  readonly id: number;
  readonly label: string;
  readonly state: OperationState;
  /** Steps or bytes done, and of how many; null while unknown. */
  readonly current: number | null;
  readonly end: number | null;
  readonly parts: readonly OperationView[];
  /** Why it failed. */
  readonly reason: { readonly code: string; readonly message: string; readonly hint?: string | undefined } | null;
  /** What it is about, such as a plugin's id; null for none. */
  readonly subject: string | null;
}

/** Long work that people watch: it has a label, a state, progress, parts and, when it failed, the reason. */
export class Operation {
  readonly id: number;
  readonly label: string;
  readonly subject: string | null;
  #state: OperationState = 'waiting';
  #current: number | null = null;
  #end: number | null = null;
  #reason: Error | null = null;
  readonly #parts: Operation[] = [];
  readonly #changed: () => void;

  constructor(id: number, label: string, subject: string | null, changed: () => void) {
    this.id = id;
    this.label = label;
    this.subject = subject;
    this.#changed = changed;
  }

  /** A part that is shown inside this operation, from now on as waiting. */
  part(label: string): Operation {
    const part = new Operation(0, label, this.subject, this.#changed);
    this.#parts.push(part);
    this.#changed();
    return part;
  }

  progress(current: number, end: number | null = this.#end): void {
    this.#state = 'progress';
    this.#current = current;
    this.#end = end;
    this.#changed();
  }

  /** Runs work as this operation: in progress, then a success or a failure with its reason, which is thrown on. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return traced.tracePromise(() => this.#run(work), { label: this.label, subject: this.subject });
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    this.#state = 'progress';
    this.#changed();
    try {
      const result = await work();
      this.#state = 'success';
      return result;
    } catch (error) {
      this.#state = 'fail';
      this.#reason = error as Error;
      throw error;
    } finally {
      this.#changed();
    }
  }

  get finished(): boolean {
    return this.#state === 'success' || this.#state === 'fail';
  }

  view(): OperationView {
    const reason = this.#reason;
    const code = reason instanceof LockstepError ? reason.code : 'internal';
    const hint = reason instanceof LockstepError ? reason.hint : undefined;
    return {
      id: this.id,
      label: this.label,
      state: this.#state,
      current: this.#current,
      end: this.#end,
      parts: this.#parts.map((part) => part.view()),
      reason: reason ? { code, message: reason.message, hint } : null,
      subject: this.subject,
    };
  }
}

/** The old server's words for an operation: `[label|]state[;current[/end]](part)*`. */
export function formatOperation({ label, state, current, end, parts }: OperationView): string {
  const head = label === '' ? state : `${label}|${state}`;
  const progress = current === null ? '' : `;${current}${end === null ? '' : `/${end}`}`;
  return `${head}${progress}${parts.map((part) => `(${formatOperation(part)})`).join('')}`;
}
