import { isDraft, type ProcessDocument } from '../../process/index.ts';
import { gate } from './gate.ts';
import type { LiveClient } from './live-client.ts';
import type { Unread } from './live-server.ts';
import { processesIn } from './process-texts.ts';
import { draftOf, type Wanted } from './ways.ts';

/** So many faults in a row, and drafts are asked for no more: a server that fails where there is none fails everywhere. */
const enough = 20;

/** Reads the drafts beside processes. Most processes have none; what that looks like is not documented everywhere. */
export class DraftReader {
  readonly #client: LiveClient;
  /** One is asked for only when it is known how it went with those before. */
  readonly #through = gate(4);
  readonly #faults = new Map<string, { count: number; readonly path: string }>();
  #inARow = 0;
  #leftOut = 0;

  constructor(client: LiveClient) {
    this.#client = client;
  }

  /** `current`: the process itself, or null where it could not be read. */
  read(wanted: Wanted, current: ProcessDocument | null): Promise<ProcessDocument | null> {
    return this.#through(() => this.#read(wanted, current));
  }

  async #read(wanted: Wanted, current: ProcessDocument | null): Promise<ProcessDocument | null> {
    if (this.#inARow >= enough) {
      this.#leftOut++;
      return null;
    }
    const path = draftOf(wanted);
    const answer = await this.#client.get(path, { keep: true });
    const none = answer.status === 404 || answer.status === 400 || answer.status === 204;
    const found = none ? { processes: [] } : processesIn(answer);
    if ('fault' in found) {
      this.#inARow++;
      const known = this.#faults.get(found.fault) ?? { count: 0, path };
      known.count++;
      this.#faults.set(found.fault, known);
      return null;
    }
    this.#inARow = 0;
    const documents = found.processes.map(({ document }) => document);
    const marked = documents.find(isDraft);
    if (marked) return marked;
    // only of component processes it is documented that a draft is asked for so; others may hear no such word
    const [first] = documents;
    if (!first || wanted.kind !== 'component') return null;
    return current !== null && JSON.stringify(first) === JSON.stringify(current) ? null : { ...first, draft: true };
  }

  /** Each kind of fault once, with how many drafts it concerns. */
  unread(): Unread[] {
    const faults = Array.from(this.#faults, ([reason, { count, path }]) => ({
      what: `drafts of processes, where there are any (${count})`,
      path,
      reason,
    }));
    const [last] = faults.slice(-1);
    if (this.#leftOut === 0 || !last) return faults;
    return [
      ...faults,
      { ...last, what: `drafts of further processes (${this.#leftOut})`, reason: 'not asked for any more' },
    ];
  }
}
