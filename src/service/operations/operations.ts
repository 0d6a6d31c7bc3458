import { tracingChannel } from 'node:diagnostics_channel';
import type { Operation } from '../../api/operations.ts';
import { formatPlace, LockstepError } from '../../failure/index.ts';
import { type Clock, system } from '../../ports/index.ts';
import { hideSecrets } from '../hide-secrets.ts';
import type { EventHub } from './event-hub.ts';

const traced = tracingChannel('lockstep:operation');

/** What long work may say about itself. */
export interface OperationReport {
  readonly signal: AbortSignal;
  progress(current: number, end: number | null): void;
  /** A part of the work, such as the download within an install; shown under its label. */
  part(label: string, state: Operation['state'], current?: number | null, end?: number | null): void;
}

type OperationRequest = Readonly<Pick<Operation, 'kind' | 'subject' | 'label' | 'by'>>;

/**
 * The long work of this server, under way and lately ended. Every change is an `operation` event, at most ten a second
 * while it only advances; the end is always told.
 */
export class Operations {
  readonly #entries = new Map<string, { operation: Operation; control: AbortController; ended: Promise<void> }>();
  readonly #events: EventHub;
  readonly #prefix: string;
  readonly #clock: Clock;
  #count = 0;

  /** `server` begins the ids where several servers show each other's operations. */
  constructor(events: EventHub, server: string | null = null, clock: Clock = system.clock) {
    this.#events = events;
    this.#clock = clock;
    this.#prefix = server === null ? '' : `${server}-`;
  }

  list(): Operation[] {
    return [...this.#entries.values()].map((entry) => entry.operation).reverse();
  }

  find(id: string): Operation {
    return this.#entry(id).operation;
  }

  /** Starts the work and answers at once; how it ends is told by the operation alone. */
  start(request: OperationRequest, work: (report: OperationReport) => Promise<unknown>): Operation {
    this.#count += 1;
    const id = `${this.#prefix}${this.#count}`;
    const control = new AbortController();
    const operation: Operation = {
      ...request,
      id,
      state: 'waiting',
      current: null,
      end: null,
      sub: [],
      reason: null,
      result: null,
      startedAt: this.#clock.now().toISOString(),
      endedAt: null,
    };
    const entry = { operation, control, ended: Promise.resolve() };
    this.#entries.set(id, entry);
    this.#forgetOld();
    entry.ended = traced.tracePromise(() => this.#run(entry, work), { operation });
    return operation;
  }

  /** Answers when the operation has ended or the time is over. */
  async wait(id: string, milliseconds: number): Promise<Operation> {
    const entry = this.#entry(id);
    const timer = Promise.withResolvers<void>();
    const callOff = this.#clock.after(milliseconds, timer.resolve);
    await Promise.race([entry.ended, timer.promise]);
    callOff();
    return entry.operation;
  }

  /** Asks one under way to stop; forgets one that has ended. */
  remove(id: string): void {
    const entry = this.#entry(id);
    if (entry.operation.endedAt === null) entry.control.abort(new LockstepError('interrupted', 'Stopped on request.'));
    else this.#entries.delete(id);
  }

  /** Stops everything and waits for it. */
  async close(): Promise<void> {
    for (const { operation, control } of this.#entries.values()) {
      if (operation.endedAt === null) control.abort(new LockstepError('interrupted', 'The server is stopping.'));
    }
    await Promise.all([...this.#entries.values()].map((entry) => entry.ended));
  }

  async #run(
    entry: { operation: Operation; control: AbortController },
    work: (report: OperationReport) => Promise<unknown>,
  ): Promise<void> {
    const { operation, control } = entry;
    let lastReport = Number.NEGATIVE_INFINITY;
    const tell = (always: boolean): void => {
      const now = this.#clock.monotonic();
      if (!always && now - lastReport < 100) return;
      lastReport = now;
      this.#events.publish({ topic: 'operation', operation: structuredClone(operation) });
    };
    operation.state = 'progress';
    tell(true);
    try {
      operation.result = await work({
        signal: control.signal,
        progress(current, end) {
          operation.current = current;
          operation.end = end;
          tell(false);
        },
        part(label, state, current = null, end = null) {
          const there = operation.sub.find((part) => part.label === label);
          const changed = there?.state !== state;
          if (there) Object.assign(there, { state, current, end });
          else operation.sub.push({ label, state, current, end });
          tell(changed);
        },
      });
      operation.result ??= null;
      operation.state = 'success';
    } catch (thrown) {
      operation.state = 'fail';
      operation.reason = reasonOf(thrown);
      for (const part of operation.sub) if (part.state === 'progress') part.state = 'fail';
    }
    operation.endedAt = this.#clock.now().toISOString();
    tell(true);
  }

  #entry(id: string) {
    const entry = this.#entries.get(id);
    if (!entry) {
      throw new LockstepError('operation-not-found', `There is no operation ${id}.`, {
        hint: 'Operations are forgotten when the server starts again; the activity keeps what was done.',
      });
    }
    return entry;
  }

  #forgetOld(): void {
    for (const [id, { operation }] of this.#entries) {
      if (this.#entries.size <= 500) return;
      if (operation.endedAt !== null) this.#entries.delete(id);
    }
  }
}

function reasonOf(thrown: unknown): Operation['reason'] {
  if (thrown instanceof LockstepError) {
    const place = thrown.where ? `${formatPlace(thrown.where)}: ` : '';
    return { code: thrown.code, message: place + thrown.message, hint: thrown.hint ?? null };
  }
  const { message } = thrown as Error;
  return {
    code: 'internal',
    message: hideSecrets(message ?? String(thrown)),
    hint: 'This is a fault of Lockstep; the log has more.',
  };
}
