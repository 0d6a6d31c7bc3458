/**
 * Everything that a seed decides, one small number after the other. A zero is always the calm choice: no fault, the
 * shortest way, the fewest things. So a trace is made smaller by turning its choices into zeros.
 */
export class Choices {
  /** As they were drawn. */
  readonly taken: number[] = [];
  readonly #given: readonly number[] | null;
  #state: number;

  /** `given`: choices to repeat; after the last one all are zero. */
  constructor(seed: number, given: readonly number[] | null = null) {
    this.#state = Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995;
    this.#given = given;
  }

  /** One of 0 … below - 1. */
  draw(below: number): number {
    const drawn = this.#given ? (this.#given[this.taken.length] ?? 0) % below : Math.floor(this.#next() * below);
    this.taken.push(drawn);
    return drawn;
  }

  /** True once in so many times; never for 0. */
  happens(onceIn: number): boolean {
    return onceIn > 0 && this.draw(onceIn) === onceIn - 1 && onceIn > 1;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.draw(from.length)]!;
  }

  #next(): number {
    // mulberry32
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }
}
