import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { system } from '../src/ports/index.ts';
import { type Messages, openMessages, openStore, type Store, type StoreTransaction } from '../src/store/index.ts';
import { postgres } from './databases.ts';
import { Database } from './simulator/database.ts';
import { Lines } from './simulator/lines.ts';
import { calm } from './simulator/weather.ts';
import { World } from './simulator/world.ts';
import { testVault } from './vault.ts';

/** Two servers on one database. */
interface Pair {
  readonly one: Store;
  /** Begins what the other one does; the answer waits for its end. */
  begin<T>(work: (other: Store) => Promise<T>): () => Promise<T>;
}

type Db = StoreTransaction['db'];
const database = postgres();

async function onReal<T>(scenario: (pair: Pair) => Promise<T>): Promise<T> {
  const address = await database.fresh();
  const [one, other] = [await openStore(address, { vault: testVault }), await openStore(address, { vault: testVault })];
  try {
    await fill(one.db);
    return await scenario({
      one,
      begin(work) {
        const under = work(other);
        under.catch(() => {});
        return () => under;
      },
    });
  } finally {
    await Promise.all([one.close(), other.close()]);
  }
}

async function onModel<T>(scenario: (pair: Pair) => Promise<T>, { seed = 1, weather = calm } = {}): Promise<T> {
  const world = new World(seed);
  const database = new Database(world, 'postgres');
  const [first, second] = [world.program('one'), world.program('other')];
  let answer: { readonly value: T } | { readonly error: unknown } | undefined;
  first.start(async () => {
    const one = database.store(first);
    await fill(one.db);
    world.weather = weather;
    const begin = <R>(work: (other: Store) => Promise<R>): (() => Promise<R>) => {
      const under = Promise.withResolvers<R>();
      under.promise.catch(() => {});
      second.start(() => work(database.store(second)).then(under.resolve, under.reject));
      return () => first.waitFor(under.promise);
    };
    answer = await scenario({ one, begin }).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
  });
  await world.run(() => answer !== undefined);
  database.close();
  if (!answer) throw new Error(`The model does not come to its end: ${world.violation?.message}`);
  if ('error' in answer) throw answer.error;
  return answer.value;
}

async function fill(db: Db): Promise<void> {
  for (const name of ['a', 'b', 'c'])
    await db.insertInto('run_lock').values({ name, run_id: 'r', activity: 'x', told: 0 }).execute();
}

async function told(db: Db, name = 'a'): Promise<number> {
  const row = await db.selectFrom('run_lock').select('told').where('name', '=', name).executeTakeFirstOrThrow();
  return Number(row.told);
}

async function add(db: Db, name = 'a'): Promise<void> {
  await db
    .updateTable('run_lock')
    .set((set) => ({ told: set('told', '+', 1) }))
    .where('name', '=', name)
    .execute();
}

const locked = (db: Db) => db.selectFrom('run_lock').select(['name', 'told']).orderBy('name').forUpdate();

const scenarios: readonly { readonly what: string; run(pair: Pair): Promise<unknown>; readonly shows: unknown }[] = [
  {
    what: 'what another one commits between two reads of a transaction is seen by the second',
    run: ({ one, begin }) =>
      one.transaction(async ({ db }) => {
        const before = await told(db);
        await begin((other) => other.transaction((tx) => add(tx.db)))();
        return [before, await told(db)];
      }),
    shows: [0, 1],
  },
  {
    what: 'a write that names what was read changes nothing where another one was first',
    run: ({ one, begin }) =>
      one.transaction(async ({ db }) => {
        const before = await told(db);
        await begin((other) => other.transaction((tx) => add(tx.db)))();
        const { numUpdatedRows } = await db
          .updateTable('run_lock')
          .set({ told: 9 })
          .where('name', '=', 'a')
          .where('told', '=', before)
          .executeTakeFirst();
        return [Number(numUpdatedRows), await told(db)];
      }),
    shows: [0, 1],
  },
  {
    what: 'who waits for a row adds to what was written meanwhile',
    run: async ({ one, begin }) => {
      const later = await one.transaction(async ({ db }) => {
        await add(db);
        return begin((other) => other.transaction((tx) => add(tx.db)));
      });
      await later();
      return told(one.db);
    },
    shows: 2,
  },
  {
    what: 'who waits for a locked row reads it as it is then',
    run: async ({ one, begin }) => {
      const later = await one.transaction(async ({ db }) => {
        await locked(db).where('name', '=', 'a').execute();
        const waiting = begin((other) => other.transaction((tx) => locked(tx.db).where('name', '=', 'a').execute()));
        await add(db);
        return waiting;
      });
      return (await later()).map((row) => Number(row.told));
    },
    shows: [1],
  },
  {
    what: 'what a transaction wrote is gone where its work fails',
    run: async ({ one }) => {
      const failing = one.transaction(async ({ db }) => {
        await add(db);
        throw new Error('no');
      });
      return [await failing.catch((error: Error) => error.message), await told(one.db)];
    },
    shows: ['no', 0],
  },
];

/** One who tells others and hears them. */
interface Hearer {
  /** In their order; `again` where it was told that its line stands again. */
  readonly heard: string[];
  say(word: string): Promise<void>;
  breaks(): Promise<void>;
  mends(): Promise<void>;
  hears(word: string): Promise<void>;
}

function hearer() {
  const heard: string[] = [];
  const waiting = new Map<string, () => void>();
  const hear = (word: string): void => {
    heard.push(word);
    waiting.get(word)?.();
    waiting.delete(word);
  };
  return {
    heard,
    options: (from: string) => ({
      from,
      onMessage: (message: object) => hear((message as { word: string }).word),
      onAgain: () => hear('again'),
    }),
    async next(word: string): Promise<void> {
      if (heard.at(-1) !== word) await new Promise<void>((come) => waiting.set(word, come));
    },
  };
}

/** On connections of their own, which stay broken until they may be made anew. */
async function onRealLines<T>(scenario: (one: Hearer, other: Hearer) => Promise<T>): Promise<T> {
  const address = await database.fresh();
  const store = await openStore(address, { vault: testVault });
  const lines: Messages[] = [];
  const open = async (from: string): Promise<Hearer> => {
    const { heard, options, next } = hearer();
    let broken = Promise.withResolvers<() => void>();
    const clock = {
      ...system.clock,
      after(_: number, connect: () => void) {
        broken.resolve(connect);
        return () => {};
      },
    };
    const pids = () =>
      sql<{ pid: number }>`select pid from pg_stat_activity
        where application_name = 'lockstep messages' and datname = current_database()`.execute(store.db);
    const before = new Set((await pids()).rows.map(({ pid }) => pid));
    const line = await openMessages(address, options(from), { ...system, clock });
    lines.push(line);
    const { pid } = (await pids()).rows.find((row) => !before.has(row.pid))!;
    return {
      heard,
      async say(word) {
        line.send({ word });
        await line.sent();
      },
      async breaks() {
        await sql`select pg_terminate_backend(${pid})`.execute(store.db);
        await broken.promise;
      },
      async mends() {
        const connect = await broken.promise;
        broken = Promise.withResolvers();
        connect();
        await next('again');
      },
      hears: next,
    };
  };
  try {
    return await scenario(await open('one'), await open('other'));
  } finally {
    for (const line of lines) await line.close();
    await store.close();
  }
}

async function onModelledLines<T>(scenario: (one: Hearer, other: Hearer) => Promise<T>): Promise<T> {
  const world = new World(1);
  const lines = new Lines();
  let answer: { readonly value: T } | undefined;
  const test = world.program('test');
  const open = async (from: string): Promise<Hearer> => {
    const program = world.program(from);
    const { heard, options, next } = hearer();
    const line = await test.waitFor(lines.open(program, options(from)));
    return {
      heard,
      say: async (word) => line.send({ word }),
      breaks: async () => lines.breakFor(program),
      mends: () => test.waitFor(next('again')),
      hears: (word) => test.waitFor(next(word)),
    };
  };
  test.start(async () => {
    answer = { value: await scenario(await open('one'), await open('other')) };
  });
  await world.run(() => answer !== undefined);
  if (!answer) throw new Error(`The model does not come to its end: ${world.violation?.message}`);
  return answer.value;
}

describe('PostgreSQL as the simulator has it, and as it is', () => {
  it.each(scenarios)('$what', async ({ run, shows }) => {
    expect([await onModel(run), await onReal(run)]).toEqual([shows, shows]);
  });

  it('what is said over a broken line is lost, and only whose line it was is told', async () => {
    const scenario = async (one: Hearer, other: Hearer): Promise<readonly string[][]> => {
      await one.say('first');
      await other.hears('first');
      await other.breaks();
      await one.say('lost to the other one');
      await other.mends();
      await one.say('second');
      await other.hears('second');
      await one.breaks();
      await one.say('lost to all');
      await one.mends();
      await one.say('third');
      await other.hears('third');
      return [one.heard, other.heard];
    };
    const shows = [['again'], ['first', 'again', 'second', 'third']];
    expect([await onModelledLines(scenario), await onRealLines(scenario)]).toEqual([shows, shows]);
  });

  it('rows that another one holds are passed by: the model leaves out any, and so also those', async () => {
    const free = await onReal(({ one, begin }) =>
      one.transaction(async ({ db }) => {
        await locked(db).where('name', '=', 'a').execute();
        return begin((other) => other.transaction((tx) => locked(tx.db).skipLocked().execute()))();
      }),
    );
    expect(free.map(({ name }) => name)).toEqual(['b', 'c']);
    const seen = new Set<string>();
    for (let seed = 1; seed <= 60; seed++)
      seen.add(
        await onModel(
          async ({ one }) => {
            const rows = await one.transaction(({ db }) => locked(db).skipLocked().execute());
            return rows.map(({ name }) => name).join('');
          },
          { seed, weather: { ...calm, passedBy: 2 } },
        ),
      );
    expect([...seen].sort()).toEqual(['', 'a', 'ab', 'abc', 'ac', 'b', 'bc', 'c']);
  });

  it('a transaction that another one broke, or whose connection ended, is told so and leaves nothing', async () => {
    const crossing = ({ one, begin }: Pair): Promise<unknown[]> => {
      const both = async (store: Store, names: readonly string[], between?: () => Promise<void>): Promise<string> =>
        store
          .transaction(async ({ db }) => {
            await add(db, names[0]);
            await between?.();
            await add(db, names[1]);
            return 'done';
          })
          .catch((error: { code?: string }) => error.code ?? String(error));
      const [mine, its] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const meet = (said: typeof mine, heard: typeof mine) => async (): Promise<void> => {
        said.resolve();
        await heard.promise;
      };
      const later = begin((other) => both(other, ['b', 'a'], meet(its, mine)));
      return both(one, ['a', 'b'], meet(mine, its)).then(async (first) => [first, await later()]);
    };
    expect((await onReal(crossing)).sort()).toEqual(['data-busy', 'done']);
    const ended = await onReal(async ({ one }) => {
      const code = await one
        .transaction(async ({ db }) => {
          await add(db);
          await sql`select pg_terminate_backend(pg_backend_pid())`.execute(db);
        })
        .catch((error: { code?: string }) => error.code);
      return [code, await told(one.db)];
    });
    expect(ended).toEqual(['database-unreachable', 0]);

    const codes = new Set<string>();
    for (let seed = 1; seed <= 40; seed++)
      codes.add(
        await onModel(
          async ({ one }) => {
            const code = await one
              .transaction(({ db }) => add(db).then(() => 'done'))
              .catch((error: { code?: string }) => error.code ?? String(error));
            for (;;) {
              const now = await told(one.db).catch(() => null);
              if (now !== null) return `${code} ${now}`;
            }
          },
          { seed, weather: { ...calm, refusal: 2 } },
        ),
      );
    expect([...codes].sort()).toEqual(['data-busy 0', 'database-unreachable 0', 'done 1']);
  });
});
