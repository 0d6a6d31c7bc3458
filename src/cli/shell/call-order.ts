import { later } from './later.ts';

/** Where a shell's names keep the order of their calls. */
export const callOrder = Symbol('order of calls');

/**
 * Calls of one line are carried out one after the other, each when the one before has ended, also those in a loop; after
 * one that failed nothing of the line is carried out any more. So `plugins.update(); plugins.install('x')` does what it
 * says, as at the old prompt, where a call came back only when it was done.
 */
export class CallOrder {
  #last: Promise<unknown> = Promise.resolve();

  /** Parameters that are still on their way are waited for. */
  call(act: (...given: never[]) => unknown, given: readonly unknown[]): unknown {
    const mine = this.#last.then(async () => act(...((await Promise.all(given)) as never[])));
    // a value that never comes must not be reported as forgotten: whoever ends the line looks
    mine.catch(() => {});
    this.#last = mine;
    return later(mine);
  }

  /** Waits for every call of the line, those included that its calls led to; rejects with the first failure. The next line begins afresh. */
  async ended(): Promise<void> {
    try {
      for (let seen: Promise<unknown> | null = null; seen !== this.#last; ) {
        seen = this.#last;
        await seen;
      }
    } finally {
      this.#last = Promise.resolve();
    }
  }
}
