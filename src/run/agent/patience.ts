import { LockstepError } from '../../failure/index.ts';
import type { Clock } from '../../ports/index.ts';

/** Tries again while the server cannot be reached, more and more slowly; what the server refuses is thrown. */
export class Patience {
  readonly #clock: Clock;
  readonly #stopping: AbortSignal;
  readonly #trouble: (what: string, error: unknown) => void;

  constructor(clock: Clock, stopping: AbortSignal, trouble: (what: string, error: unknown) => void) {
    this.#clock = clock;
    this.#stopping = stopping;
    this.#trouble = trouble;
  }

  async with<T>(what: string, action: () => Promise<T>): Promise<T> {
    for (let pause = 200; ; pause = Math.min(pause * 2, 10_000)) {
      try {
        return await action();
      } catch (error) {
        if (!isPassing(error) || this.#stopping.aborted) throw error;
        this.#trouble(what, error);
        await this.pause(pause);
      }
    }
  }

  /** For so long, or until the signal. */
  async pause(milliseconds: number, until = this.#stopping): Promise<void> {
    await this.#clock.wait(milliseconds, until).catch(() => {});
  }
}

const passing: ReadonlySet<string> = new Set([
  'server-unreachable',
  'server-stopping',
  'data-busy',
  'disk-full',
  'database-unreachable',
  'too-many-requests',
]);

function isPassing(error: unknown): boolean {
  return error instanceof LockstepError && passing.has(error.code);
}
