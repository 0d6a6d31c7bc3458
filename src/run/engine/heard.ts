import { system } from '../../ports/index.ts';

/**
 * Who was heard when, in this process, by a clock that nobody sets: a living agent that speaks with this process keeps its steps
 * also where the machine's clock jumps.
 */
export class Heard {
  readonly #at = new Map<string, number>();
  readonly #within: number;
  readonly #now: () => number;

  constructor(seconds: number, now: () => number = system.clock.monotonic) {
    this.#within = seconds * 1000;
    this.#now = now;
  }

  note(who: string): void {
    this.#at.delete(who);
    this.#at.set(who, this.#now());
    // the oldest stand first
    for (const [other, at] of this.#at) {
      if (this.#now() - at < this.#within) return;
      this.#at.delete(other);
    }
  }

  forget(who: string): void {
    this.#at.delete(who);
  }

  recently(who: string): boolean {
    const at = this.#at.get(who);
    return at !== undefined && this.#now() - at < this.#within;
  }
}

export function stepHeard(id: string, fence: number): string {
  return `step ${id} ${fence}`;
}

export function agentHeard(name: string, instance: string): string {
  return `agent ${name} ${instance}`;
}
