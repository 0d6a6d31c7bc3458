import { LockstepError } from '../../failure/index.ts';

/** Tries again while the server cannot be reached, more and more slowly; what the server refuses is thrown. */
export class Patience {
  readonly #stopping: AbortSignal;
  readonly #trouble: (what: string, error: unknown) => void;

  constructor(stopping: AbortSignal, trouble: (what: string, error: unknown) => void) {
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
        await pauseFor(pause, this.#stopping);
      }
    }
  }
}

export function pauseFor(milliseconds: number, until: AbortSignal): Promise<void> {
  return new Promise((ready) => {
    const end = (): void => {
      clearTimeout(timer);
      until.removeEventListener('abort', end);
      ready();
    };
    const timer = setTimeout(end, milliseconds);
    until.addEventListener('abort', end, { once: true });
    if (until.aborted) end();
  });
}

const passing: ReadonlySet<string> = new Set([
  'server-unreachable',
  'server-stopping',
  'data-busy',
  'database-unreachable',
  'too-many-requests',
]);

function isPassing(error: unknown): boolean {
  return error instanceof LockstepError && passing.has(error.code);
}
