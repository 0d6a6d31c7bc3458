import type { Host } from '../../host/index.ts';
import { system } from '../../ports/index.ts';

const fresh = 5_000;

/**
 * Which plugins were edited in place. Finding out looks into whole folders, so lists show what was known last and look again
 * in the background; `onChange` tells when that brought something new.
 */
export class ModifiedMarks {
  readonly #host: Host;
  readonly #onChange: () => void;
  readonly #known = new Map<string, boolean>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | null = null;

  constructor(host: Host, onChange: () => void) {
    this.#host = host;
    this.#onChange = onChange;
  }

  async all(): Promise<ReadonlyMap<string, boolean>> {
    if (system.clock.monotonic() - this.#lookedAt > fresh) {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = null;
      });
      if (this.#known.size < this.#host.plugins.size) await this.#looking;
    }
    return this.#known;
  }

  forget(id: string): void {
    this.#known.delete(id);
    this.#lookedAt = Number.NEGATIVE_INFINITY;
  }

  async #look(): Promise<void> {
    let changed = false;
    for (const id of this.#host.plugins.keys()) {
      const modified = await this.#host.isModified(id).catch(() => false);
      // requests come first
      await system.clock.turn();
      changed ||= this.#known.has(id) && this.#known.get(id) !== modified;
      this.#known.set(id, modified);
    }
    this.#lookedAt = system.clock.monotonic();
    if (changed) this.#onChange();
  }
}
