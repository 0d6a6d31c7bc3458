import type { Operation } from '../../api/operations.ts';
import { LockstepError } from '../../failure/index.ts';
import { type Clock, system } from '../../ports/index.ts';
import type { Store } from '../../store/index.ts';
import type { Operations } from '../operations/operations.ts';

/** Seconds without a sign of life after which a server counts as dead. */
const silence = 15;
const kept = 500;

/**
 * The long work of all servers on one database, as any of them shows it: each writes its own down and reads the others'.
 * What a dead server was doing is shown as failed; work in the queue is taken over under an operation of its own.
 */
export class SharedOperations {
  readonly #store: Store;
  readonly #own: Operations;
  readonly #server: string;
  readonly #cancel: (id: string) => void;
  readonly #clock: Clock;
  readonly #told = new Map<string, number>();
  #last: Promise<void> = Promise.resolve();

  constructor(
    store: Store,
    own: Operations,
    server: string,
    cancel: (id: string) => void,
    clock: Clock = system.clock,
  ) {
    this.#clock = clock;
    this.#store = store;
    this.#own = own;
    this.#server = server;
    this.#cancel = cancel;
  }

  /** Writes down how one of our own stands: its beginning and end always, what lies between once a second. */
  note(operation: Operation): void {
    const now = this.#clock.monotonic();
    if (operation.endedAt === null && now - (this.#told.get(operation.id) ?? Number.NEGATIVE_INFINITY) < 1000) return;
    this.#told.set(operation.id, now);
    if (operation.endedAt !== null) this.#told.delete(operation.id);
    const row = {
      server: this.#server,
      body: JSON.stringify(operation),
      started_at: operation.startedAt,
      ended_at: operation.endedAt,
    };
    const write = async (): Promise<void> => {
      await this.#store.db
        .insertInto('server_operation')
        .values({ id: operation.id, ...row })
        .onConflict((on) => on.column('id').doUpdateSet(row))
        .execute();
    };
    // in their order; the end is worth a second attempt
    this.#last = this.#last.then(write).catch(async () => {
      if (operation.endedAt === null) return;
      await this.#clock.wait(2000);
      await write().catch(() => {});
    });
  }

  /** Newest first. */
  async list(): Promise<Operation[]> {
    const own = this.#own.list();
    const others = await this.#others();
    return [...own, ...others].sort((one, other) => (one.startedAt < other.startedAt ? 1 : -1)).slice(0, kept);
  }

  /** Throws `operation-not-found`. */
  async find(id: string): Promise<Operation> {
    if (this.#isOwn(id)) return this.#own.find(id);
    const [found] = await this.#others(id);
    // says what is not found, in the words of the book
    return found ?? this.#own.find(id);
  }

  async wait(id: string, milliseconds: number): Promise<Operation> {
    if (this.#isOwn(id)) return this.#own.wait(id, milliseconds);
    for (const end = this.#clock.monotonic() + milliseconds; ; ) {
      const operation = await this.find(id);
      if (operation.endedAt !== null || this.#clock.monotonic() >= end) return operation;
      await this.#clock.wait(Math.min(300, Math.max(1, end - this.#clock.monotonic())));
    }
  }

  async remove(id: string): Promise<void> {
    if (this.#isOwn(id)) {
      const { endedAt } = this.#own.find(id);
      this.#own.remove(id);
      if (endedAt === null) return;
    } else if ((await this.find(id)).endedAt === null) {
      this.#cancel(id);
      return;
    }
    await this.#store.db.deleteFrom('server_operation').where('id', '=', id).execute();
  }

  /** Who works on a subject now, on any living server; null for nobody. */
  async worksOn(kinds: readonly string[], subject: string): Promise<string | null> {
    const all = await this.list();
    const one = all.find((it) => it.endedAt === null && it.subject === subject && kinds.includes(it.kind));
    return one?.id ?? null;
  }

  /** Answers when everything noted so far is written. */
  written(): Promise<void> {
    return this.#last;
  }

  #isOwn(id: string): boolean {
    return this.#own.list().some((operation) => operation.id === id);
  }

  async #others(id?: string): Promise<Operation[]> {
    const alive = new Date(this.#clock.now().getTime() - silence * 1000).toISOString();
    let query = this.#store.db
      .selectFrom('server_operation')
      .leftJoin('server_member', 'server_member.id', 'server_operation.server')
      .select(['body', 'ended_at', 'seen_at', 'server'])
      .where('server_operation.server', '!=', this.#server)
      .orderBy('server_operation.started_at', 'desc')
      .limit(kept);
    if (id !== undefined) query = query.where('server_operation.id', '=', id);
    const rows = await query.execute();
    return rows.map(({ body, ended_at, seen_at }) => {
      const operation = JSON.parse(body) as Operation;
      return ended_at === null && (seen_at === null || seen_at < alive) ? lost(operation, seen_at) : operation;
    });
  }
}

function lost(operation: Operation, seenAt: string | null): Operation {
  const { code, message, hint } = new LockstepError(
    'server-unreachable',
    'The server that did this is not heard of any more.',
    { hint: 'Another server goes on with the upgrades it had begun; begin anything else again.' },
  );
  return {
    ...operation,
    state: 'fail',
    reason: { code, message, hint: hint ?? null },
    endedAt: seenAt ?? operation.startedAt,
  };
}
