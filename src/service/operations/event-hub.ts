import type { EventTopic, ServerEvent } from '../../api/events.ts';
import { type Clock, system } from '../../ports/index.ts';

export interface NumberedEvent {
  readonly id: number;
  readonly event: ServerEvent;
}

type Listener = (event: NumberedEvent) => void;

/**
 * What happens on this server, as it happens. The last thousand events are kept, so that a page whose connection broke
 * goes on where it was; `since` answers null when some are gone and it has to read everything again.
 */
export class EventHub {
  readonly #kept: NumberedEvent[] = [];
  readonly #listeners = new Set<Listener>();
  readonly #own: Listener[] = [];
  readonly #forwards = new Set<(event: ServerEvent) => void>();
  // starts with the clock, so that ids of a former life of the server are never taken for present ones
  #last: number;

  readonly #size: number;

  constructor({ size = 1000, clock = system.clock }: { readonly size?: number; readonly clock?: Clock } = {}) {
    this.#size = size;
    this.#last = clock.now().getTime() * 1000;
  }

  publish(event: ServerEvent): void {
    for (const forward of this.#forwards) forward(event);
    this.receive(event);
  }

  /** Tells the other servers too what happens on this one; answers the way to stop. */
  forward(to: (event: ServerEvent) => void): () => void {
    this.#forwards.add(to);
    return () => this.#forwards.delete(to);
  }

  /** Whether anybody would hear: a page here, or other servers, whose pages are not known. */
  get isHeard(): boolean {
    return this.#listeners.size > 0 || this.#forwards.size > 0;
  }

  /** What happened on another server. */
  receive(event: ServerEvent): void {
    this.#last += 1;
    const numbered = { id: this.#last, event };
    this.#kept.push(numbered);
    if (this.#kept.length > this.#size) this.#kept.shift();
    for (const listener of this.#own) listener(numbered);
    for (const listener of this.#listeners) listener(numbered);
  }

  /** Answers the way to stop listening. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** For the server itself: not counted among those who watch. */
  listenAlways(listener: Listener): void {
    this.#own.push(listener);
  }

  since(id: number): readonly NumberedEvent[] | null {
    if (id === this.#last) return [];
    const first = this.#kept[0];
    if (!first || id < first.id - 1 || id > this.#last) return null;
    return this.#kept.filter((event) => event.id > id);
  }

  get listeners(): number {
    return this.#listeners.size;
  }
}

/** Whether a listener for these topics wants this event. */
export function isWanted(event: ServerEvent, topics: ReadonlySet<EventTopic> | null, run: string | null): boolean {
  if (topics && !topics.has(event.topic)) return false;
  return event.topic !== 'run' || run === null || event.run.id === run;
}
