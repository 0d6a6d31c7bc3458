import type { Host } from '../../host/index.ts';

const fresh = 5_000;

/**
 * Which plugins were edited in place. Finding out looks into whole folders, so lists show what was known last and look again
 * in the background; `onChange` tells when that brought something new.
 */
export class ModifiedMarks {
  readonly #host: Host;
  readonly #onChange: () => void;
  readonly #known = new Map<string, boolean>();
  #lookedAt = 0;
  #looking: Promise<void> | null = null;

  constructor(host: Host, onChange: () => void) {
    this.#host = host;
    this.#onChange = onChange;
  }

  async all(): Promise<ReadonlyMap<string, boolean>> {
    if (Date.now() - this.#lookedAt > fresh) {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = null;
      });
      if (this.#known.size < this.#host.plugins.size) await this.#looking;
    }
    return this.#known;
  }

  forget(id: string): void {
    this.#known.delete(id);
    this.#lookedAt = 0;
  }

  async #look(): Promise<void> {
    let changed = false;
    for (const id of this.#host.plugins.keys()) {
      const modified = await this.#host.isModified(id).catch(() => false);
      // requests come first
      await new Promise(setImmediate);
      changed ||= this.#known.has(id) && this.#known.get(id) !== modified;
      this.#known.set(id, modified);
    }
    this.#lookedAt = Date.now();
    if (changed) this.#onChange();
  }
}
