import { createHash } from 'node:crypto';
import { Choices } from './choices.ts';
import { Program } from './program.ts';
import { calm, drawWeather, type Weather } from './weather.ts';

interface Event {
  readonly at: number;
  readonly number: number;
  readonly act: () => void;
}

/** What a world shows when something is wrong in it. */
export class Violation extends Error {}

/**
 * Programs, and the time that passes for them. Whatever a program asks of the world is an event; events happen one after
 * the other, at instants that the seed decides, and after each the program goes on until it asks for something again.
 */
export class World {
  readonly choices: Choices;
  weather: Weather = calm;
  /** Virtual milliseconds. */
  now = 0;
  steps = 0;
  readonly trace: string[] = [];
  readonly programs = new Set<Program>();
  violation: Error | null = null;
  /** Looked at after each step that may have changed something. */
  readonly invariants: (() => void)[] = [];
  readonly #events: Event[] = [];
  #numbers = 0;
  #lives: number;
  #looking = false;

  constructor(seed: number, given: readonly number[] | null = null) {
    this.choices = new Choices(seed, given);
    this.#lives = Math.imul(seed, 7919);
  }

  /** Lets faults happen from now on, as the seed says which and how often. */
  stir(): void {
    this.weather = drawWeather(this.choices);
  }

  clear(): void {
    this.weather = calm;
  }

  program(name: string): Program {
    const program = new Program(this, name);
    this.programs.add(program);
    return program;
  }

  nextLife(): number {
    this.#lives += 104_729;
    return this.#lives;
  }

  /** A step took place, or a fault. */
  note(who: string, what: string): void {
    this.trace.push(`${(this.now / 1000).toFixed(3).padStart(9)}  ${who.padEnd(12)} ${what}`);
  }

  digest(): string {
    return createHash('sha256').update(this.trace.join('')).digest('hex').slice(0, 16);
  }

  /** Notes what is wrong; the first one counts. */
  fail(what: string): void {
    this.violation ??= new Violation(what);
  }

  changed(): void {
    this.#looking = true;
  }

  after(milliseconds: number, act: () => void): () => void {
    const event = { at: this.now + Math.max(0, milliseconds), number: this.#numbers++, act };
    push(this.#events, event);
    return () => {
      const at = this.#events.indexOf(event);
      if (at >= 0) removeAt(this.#events, at);
    };
  }

  /** Lets time pass until `done`, or until nothing can happen any more. Answers whether it is done. */
  async run(done: () => boolean, { most = 20_000, until = Number.POSITIVE_INFINITY } = {}): Promise<boolean> {
    await this.#settle();
    for (let count = 0; ; count++) {
      if (this.violation) return false;
      if (done()) return true;
      const next = this.#events[0];
      if (!next || count >= most || next.at > until) return false;
      removeAt(this.#events, 0);
      this.now = Math.max(this.now, next.at);
      this.steps++;
      next.act();
      await this.#settle();
      if (this.#looking && !this.violation) {
        this.#looking = false;
        for (const look of this.invariants) look();
      }
    }
  }

  /** Until every program waits for the world: what Node does beside it (unpacking, for instance) is not time. */
  async #settle(): Promise<void> {
    for (let turns = 0; ; turns++) {
      await new Promise((turn) => setImmediate(turn));
      let busy = false;
      for (const program of this.programs) busy ||= program.isBusy;
      if (!busy || this.violation) return;
      if (turns > 2_000_000) throw new Error('A program neither goes on nor waits for the world.');
    }
  }
}

function before(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.number < other.number);
}

function push(heap: Event[], event: Event): void {
  heap.push(event);
  rise(heap, heap.length - 1);
}

function rise(heap: Event[], from: number): void {
  for (let at = from; at > 0; ) {
    const parent = (at - 1) >> 1;
    if (!before(heap[at]!, heap[parent]!)) return;
    [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
    at = parent;
  }
}

function removeAt(heap: Event[], place: number): void {
  const last = heap.pop()!;
  if (place === heap.length) return;
  heap[place] = last;
  rise(heap, place);
  for (let at = place; ; ) {
    let least = at;
    for (const child of [2 * at + 1, 2 * at + 2])
      if (child < heap.length && before(heap[child]!, heap[least]!)) least = child;
    if (least === at) return;
    [heap[at], heap[least]] = [heap[least]!, heap[at]!];
    at = least;
  }
}
