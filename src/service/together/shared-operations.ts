import type { Operation } from '../../api/operations.ts';
import { LockstepError } from '../../failure/index.ts';
import { type Clock, system } from '../../ports/index.ts';
import type { Store } from '../../store/index.ts';
import type { Operations } from '../operations/operations.ts';

/** Milliseconds without a new sign of life after which a server counts as dead. */
const silence = 15_000;
/** … where it is heard of for the first time: by its own machine's clock, which may be wrong by so much. */
const strange = 120_000;
const kept = 500;

/**
 * The long work of all servers on one database, as any of them shows it: each writes its own down and reads the others'.
 * What a dead server was doing is shown as failed; work in the queue is taken over under an operation of its own.
 */
export class SharedOperations {
  readonly #store: Store;
  readonly #own: Operations;
  readonly #server: string;
  readonly #hasten: (id: string) => void;
  readonly #clock: Clock;
  /** The last sign of each server, and since when we have known it: their clocks are not ours. */
  readonly #signs = new Map<string, { readonly sign: string; readonly since: number }>();
  readonly #told = new Map<string, number>();
  #last: Promise<void> = Promise.resolve();

  constructor(
    store: Store,
    own: Operations,
    server: string,
    hasten: (id: string) => void,
    clock: Clock = system.clock,
  ) {
    this.#clock = clock;
    this.#store = store;
    this.#own = own;
    this.#server = server;
    this.#hasten = hasten;
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
    } else {
      await this.find(id);
      // also where its server is not heard of: it may live all the same
      const { numUpdatedRows } = await this.#store.db
        .updateTable('server_operation')
        .set({ stop_asked: 1 })
        .where('id', '=', id)
        .where('ended_at', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) return this.#hasten(id);
    }
    await this.#store.db.deleteFrom('server_operation').where('id', '=', id).execute();
  }

  /** Stops one of our own that is under way; what has ended, or is another's, is left alone. */
  stop(id: string): void {
    if (this.#own.list().some((one) => one.id === id && one.endedAt === null)) this.#own.remove(id);
  }

  /** Stops those of our own that somebody asked another server to stop, whether or not we were told. */
  async heed(): Promise<void> {
    if (this.#own.list().every(({ endedAt }) => endedAt !== null)) return;
    const rows = await this.#store.db
      .selectFrom('server_operation')
      .select('id')
      .where('server', '=', this.#server)
      .where('ended_at', 'is', null)
      .where('stop_asked', '=', 1)
      .execute();
    for (const { id } of rows) this.stop(id);
  }

  /** Notes who lives: often, so that silence is told by our own clock. */
  async watch(): Promise<void> {
    const members = await this.#store.db.selectFrom('server_member').select(['id', 'seen_at']).execute();
    for (const { id, seen_at } of members) this.#isSilent(id, seen_at);
    const living = new Set(members.map(({ id }) => id));
    for (const id of this.#signs.keys()) if (!living.has(id)) this.#signs.delete(id);
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
    let query = this.#store.db
      .selectFrom('server_operation')
      .leftJoin('server_member', 'server_member.id', 'server_operation.server')
      .select(['body', 'ended_at', 'seen_at', 'server', 'stop_asked'])
      .where('server_operation.server', '!=', this.#server)
      .orderBy('server_operation.started_at', 'desc')
      .limit(kept);
    if (id !== undefined) query = query.where('server_operation.id', '=', id);
    const rows = await query.execute();
    return rows.flatMap(({ body, ended_at, seen_at, server, stop_asked }) => {
      const operation = JSON.parse(body) as Operation;
      if (ended_at !== null || !this.#isSilent(server, seen_at)) return [operation];
      // somebody has seen that it is lost, and put it away
      return Number(stop_asked) === 1 ? [] : [lost(operation, seen_at)];
    });
  }

  /** Whether a server gave no new sign for long enough. */
  #isSilent(server: string, sign: string | null): boolean {
    if (sign === null) return true;
    const now = this.#clock.monotonic();
    const known = this.#signs.get(server);
    if (known?.sign === sign) return now - known.since > silence;
    const isOld = known === undefined && this.#clock.now().getTime() - Date.parse(sign) > strange;
    this.#signs.set(server, { sign, since: isOld ? Number.NEGATIVE_INFINITY : now });
    return isOld;
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
