import type { DatabaseConnection, QueryResult } from 'kysely';
import { LockstepError } from '../../src/failure/index.ts';
import type { BulkRow, BulkStatement, Store, StoreTransaction } from '../../src/store/index.ts';
import { sqliteQueries } from '../../src/store/sqlite/sqlite-dialect.ts';
import { bulkText } from '../../src/store/sqlite/sqlite-words.ts';
import { MemoryDatabase } from './memory-database.ts';
import { modelled } from './modelled-statement.ts';
import type { Program } from './program.ts';
import type { World } from './world.ts';

/** Stores that tell of a connection: in our own words, as the drivers do. */
const gone = (): LockstepError => new LockstepError('database-unreachable', 'The connection was ended.');
const busy = (): LockstepError => new LockstepError('data-busy', 'Another server is changing the same rows.');
const full = (): LockstepError => new LockstepError('disk-full', 'The database cannot grow: no space is left.');

/**
 * One database that outlives all programs: SQLite in memory. What a dead program had not committed is gone.
 *
 * As `sqlite` a transaction is alone from its beginning. As `postgres` it is a model of what matters there: until its first
 * write or lock a transaction reads what others commit in between; rows that are passed by (SKIP LOCKED) are missing from an
 * answer now and then; a commit may fail because of another one (40001), or be done and its answer lost.
 */
export class Database {
  readonly world: World;
  readonly dialect: 'sqlite' | 'postgres';
  readonly #memory = MemoryDatabase.take();
  #inside: object | null = null;
  readonly #waiting: (() => void)[] = [];

  constructor(world: World, dialect: Database['dialect']) {
    this.world = world;
    this.dialect = dialect;
  }

  /** Looks at once, at no cost of time: for invariants. */
  rows<Row>(sql: string, ...parameters: (string | number)[]): Row[] {
    return this.#memory.query<Row>(sql, parameters).rows;
  }

  close(): void {
    if (this.#inside) this.#leave(this.#inside, 'rollback');
    this.#memory.giveBack();
  }

  /** A program's own way to the database. */
  store(program: Program): Store {
    const lost = this.dialect === 'postgres' ? { lost: gone, refused: gone } : {};
    const single: DatabaseConnection = {
      executeQuery: <R>(query: Query) => {
        const statement = modelled(query);
        return this.#whenFree(program, statement.label, lost, () => {
          if (statement.writes) this.world.changed();
          return this.#execute<R>(statement);
        });
      },
      streamQuery: refuse,
    };
    return {
      kind: this.dialect,
      shared: this.dialect === 'postgres',
      faults: async () => [],
      returnSpace: notModelled,
      eraseFreed: notModelled,
      // what is sealed could not be looked at, and chance would come from outside
      vault: null,
      db: sqliteQueries(
        async () => single,
        () => {},
        null,
      ),
      transaction: (work) => this.#transaction(program, work),
      isDamaged: () => false,
      close: async () => {},
    };
  }

  /** When nobody is inside: else whoever waits tries again, in the order in which they came. */
  async #whenFree<T>(program: Program, label: string, faults: object, act: () => T): Promise<T> {
    for (;;) {
      if (this.#inside) await program.waitFor(new Promise<void>((free) => this.#waiting.push(free)));
      const done = await program.call(label, () => (this.#inside === null ? { value: act() } : null), faults);
      if (done) return done.value;
    }
  }

  async #transaction<T>(program: Program, work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    const written = new Set<string>();
    let open = false;
    const take = async (): Promise<void> => {
      if (open) return;
      await this.#whenFree(program, 'begins to write', {}, () => {
        this.#memory.connection.exec('begin immediate');
        this.#inside = written;
        program.onDeath(() => this.#leave(written, 'rollback'));
        open = true;
      });
    };
    const inside: DatabaseConnection = {
      executeQuery: async <R>(query: Query) => {
        const statement = modelled(query);
        if (this.dialect === 'postgres' && !open && !statement.writes && !statement.locks)
          return this.#whenFree(program, statement.label, {}, () => this.#execute<R>(statement));
        await take();
        if (statement.writes) written.add(statement.table);
        return this.#execute<R>(statement);
      },
      streamQuery: refuse,
    };
    const tx: StoreTransaction = {
      shared: this.dialect === 'postgres',
      analyze: async () => {},
      db: sqliteQueries(
        async () => inside,
        () => {},
        null,
      ),
      bulk: async (statement, rows) => {
        await take();
        written.add('into' in statement ? statement.into : statement.change);
        return this.#bulk(statement, rows);
      },
      reserveIds: async (table, count) => {
        await take();
        const highest = Number(this.rows<{ n: number }>(`select coalesce(max(id), 0) as n from ${table}`)[0]!.n);
        return Array.from({ length: count }, (_, index) => highest + 1 + index);
      },
      continueIds: notModelled,
      eraseReplaced: notModelled,
    };
    if (this.dialect === 'sqlite') await take();
    let result: T;
    try {
      result = await work(tx);
    } catch (error) {
      this.#leave(written, 'rollback');
      throw error;
    }
    if (!open || !program.alive) return result;
    return this.#commit(program, written, result);
  }

  /** Everything that can happen to a commit. */
  #commit<T>(program: Program, written: ReadonlySet<string>, result: T): T | Promise<T> {
    const what = [...written].join(', ') || 'nothing';
    const { weather, choices } = this.world;
    const fails = (how: string, error: LockstepError): never => {
      this.#leave(written, 'rollback');
      this.world.note(program.name, `commit of ${what} — ${how}`);
      throw error;
    };
    const never = new Promise<T>(() => {});
    if (choices.happens(weather.death)) {
      program.die(`dies before the commit of ${what}`);
      return never;
    }
    if (this.dialect === 'sqlite' && choices.happens(weather.fullDisk)) fails('the disk is full', full());
    if (this.dialect === 'postgres' && choices.happens(weather.refusal)) {
      if (choices.draw(2) === 0) fails('another one was first (40001)', busy());
      fails('the connection ends before', gone());
    }
    this.#leave(written, 'commit');
    this.world.changed();
    if (choices.happens(weather.death)) {
      program.die(`commits ${what} — and dies`);
      return never;
    }
    if (this.dialect === 'postgres' && choices.happens(weather.lostAnswer)) {
      this.world.note(program.name, `commits ${what} — the connection ends before the answer`);
      throw gone();
    }
    return program.call(`commits ${what}`, () => result, { unkillable: true });
  }

  #leave(transaction: object, how: 'commit' | 'rollback'): void {
    if (this.#inside !== transaction) return;
    this.#inside = null;
    this.#memory.connection.exec(how);
    for (const free of this.#waiting.splice(0)) free();
  }

  #execute<R>({ sql, parameters, skips }: ReturnType<typeof modelled>): QueryResult<R> {
    const result = this.#memory.query<R>(sql, parameters);
    if (!skips) return result;
    const { weather, choices } = this.world;
    return { rows: result.rows.filter(() => !choices.happens(weather.passedBy)) };
  }

  #bulk<Row extends BulkRow>(statement: BulkStatement<Row>, rows: Iterable<Row>): number {
    const names = Object.keys(statement.columns);
    const text = bulkText(statement);
    let touched = 0;
    for (const row of [...rows])
      touched += Number(
        this.#memory.query(
          text,
          names.map((name) => row[name]!),
        ).numAffectedRows,
      );
    return touched;
  }
}

async function notModelled(): Promise<never> {
  throw new Error('Nothing is deleted, copied or sealed in simulated weather.');
}

type Query = Parameters<DatabaseConnection['executeQuery']>[0];

async function* refuse(): AsyncIterableIterator<never> {
  yield Promise.reject(new Error('Streaming is not offered; page by key.')) as never;
}
