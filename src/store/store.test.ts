import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { databases } from '../../test/databases.ts';
import { tableOrder } from './copy-store.ts';
import {
  addProcesses,
  addVersions,
  advanceProcesses,
  copyStore,
  isDatabaseAddress,
  latestSchema,
  openStore,
  replaceUses,
} from './index.ts';
import type { Store } from './store.ts';

const kinds = databases();

const processRow = (id: number) => ({
  id,
  kind: 'generic',
  owner: '',
  name: `process ${id}`,
  version: 1,
  draft: 0,
});
const versionRow = (id: number, document: string) => ({
  process_id: id,
  version: 1,
  document,
  created_at: '2030-01-01T00:00:00.000Z',
  created_by: 'ada',
  reason: 'imported' as const,
  plan_id: null,
});

describe.each(kinds)('a store on $name', ({ fresh, open, noteSchema }) => {
  it('keeps what a transaction wrote and nothing of one that threw', async () => {
    const store = await open();
    await store.transaction((tx) => tx.db.insertInto('setting').values({ key: 'a', value: '1' }).execute());
    const failing = store.transaction(async (tx) => {
      await tx.db.insertInto('setting').values({ key: 'b', value: '2' }).execute();
      await tx.bulk(addProcesses, [processRow(1)]);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await store.db.selectFrom('setting').selectAll().execute()).toEqual([{ key: 'a', value: '1' }]);
    expect(await store.db.selectFrom('process').selectAll().execute()).toEqual([]);
  });

  it('writes many rows at once and gives every letter back', async () => {
    const store = await open();
    const texts = ['plain', 'tab\t line\n return\r back\\slash \\N \\.', 'ünïcödé 🚀 "quoted" \u2028', '', '\\'];
    await store.transaction(async (tx) => {
      const ids = await tx.reserveIds('process', texts.length);
      expect(new Set(ids).size).toBe(texts.length);
      await tx.bulk(addProcesses, ids.map(processRow));
      await tx.bulk(
        addVersions,
        ids.map((id, index) => versionRow(id, texts[index]!)),
      );
    });
    const rows = await store.db.selectFrom('process_version').select('document').orderBy('process_id').execute();
    expect(rows.map(({ document }) => document)).toEqual(texts);
  });

  it('takes rows as they are made, and keeps none where making one throws', async () => {
    const store = await open();
    function* made(fails: boolean) {
      for (let id = 1; id <= 2000; id++) {
        if (fails && id === 1500) throw new Error('no more');
        yield versionRow(id, 'x'.repeat(1000));
      }
    }
    await expect(store.transaction((tx) => tx.bulk(addVersions, made(true)))).rejects.toThrow('no more');
    expect(await store.db.selectFrom('process_version').select('version').execute()).toEqual([]);
    expect(await store.transaction((tx) => tx.bulk(addVersions, made(false)))).toBe(2000);
  });

  it('moves a process on only from the version that is expected', async () => {
    const store = await open();
    const moved = await store.transaction(async (tx) => {
      await tx.bulk(addProcesses, [processRow(1), { ...processRow(2), version: 5 }]);
      return tx.bulk(advanceProcesses, [{ expected: 1, version: 2, ids: '[1,2]' }]);
    });
    expect(moved).toBe(1);
    const rows = await store.db.selectFrom('process').select(['id', 'version']).orderBy('id').execute();
    expect(rows).toEqual([
      { id: 1, version: 2 },
      { id: 2, version: 5 },
    ]);
  });

  it('sets and removes uses twice in one transaction', async () => {
    const store = await open();
    await store.transaction(async (tx) => {
      await tx.bulk(replaceUses.set, [{ key_id: 1, version: 1, process_id: 1, count: 2 }]);
      await tx.bulk(replaceUses.set, [
        { key_id: 1, version: 1, process_id: 1, count: 3 },
        { key_id: 2, version: 1, process_id: 1, count: 1 },
      ]);
      await tx.bulk(replaceUses.remove, [{ key_id: 2, version: 1, process_id: 1 }]);
    });
    expect(await store.db.selectFrom('process_use').selectAll().execute()).toEqual([
      { key_id: 1, version: 1, process_id: 1, count: 3 },
    ]);
  });

  it('lets transactions that start at once run one after the other, none lost', async () => {
    const store = await open();
    await store.db.insertInto('setting').values({ key: 'n', value: '0' }).execute();
    const increment = () =>
      store.transaction(async (tx) => {
        const query = tx.db.selectFrom('setting').select('value').where('key', '=', 'n');
        const { value } = await (tx.shared ? query.forUpdate() : query).executeTakeFirstOrThrow();
        await tx.db
          .updateTable('setting')
          .set({ value: String(Number(value) + 1) })
          .where('key', '=', 'n')
          .execute();
      });
    await Promise.all(Array.from({ length: 30 }, increment));
    expect((await store.db.selectFrom('setting').select('value').executeTakeFirstOrThrow()).value).toBe('30');
  });

  it('refuses a query outside the transaction that is running, which would wait for itself', async () => {
    const store = await open();
    const misuse = store.transaction(() => store.db.selectFrom('setting').selectAll().execute());
    await expect(misuse).rejects.toThrow('tx.db');
  });

  it('brings one schema about when several servers start at once', async () => {
    const target = await fresh();
    const stores = await Promise.all(Array.from({ length: 6 }, () => openStore(target, { poolSize: 2 })));
    for (const store of stores) expect(await store.db.selectFrom('plan').selectAll().execute()).toEqual([]);
    for (const store of stores) await store.close();
  });

  it('refuses a schema that a newer Lockstep wrote, and leaves it', async () => {
    const target = await fresh();
    const store = await openStore(target);
    await noteSchema(latestSchema + 1).execute(store.db);
    await store.close();
    await expect(openStore(target)).rejects.toMatchObject({ code: 'data-newer' });
    await expect(openStore(target, { mode: 'read' })).rejects.toMatchObject({ code: 'data-newer' });
  });

  it('names every table in the order of copying', async () => {
    const store = await open();
    const names = (await store.db.introspection.getTables()).map(({ name }) => name);
    expect(Object.keys(tableOrder).sort()).toEqual(names.filter((name) => name !== 'schema_migration').sort());
  });
});

it.each([
  ['postgres://db/x', true],
  ['postgresql://ada@db/x', true],
  ['/srv/postgres', false],
  ['./postgres://x', false],
  [':memory:', false],
])('%s is the address of a database elsewhere: %s', (target, elsewhere) => {
  expect(isDatabaseAddress(target)).toBe(elsewhere);
});

describe('moving between the two databases', () => {
  const [sqlite, postgres] = kinds as [(typeof kinds)[0], (typeof kinds)[0]];

  it('loses nothing from SQLite to PostgreSQL and back', async () => {
    const first = await sqlite.open();
    await first.transaction(async (tx) => {
      await tx.bulk(addProcesses, [1, 2, 3].map(processRow));
      await tx.bulk(
        addVersions,
        [1, 2, 3].map((id) => versionRow(id, `{"name":"${id}\t\\"}`)),
      );
      await tx.bulk(replaceUses.set, [{ key_id: 1, version: 7, process_id: 2, count: 4 }]);
      await tx.db
        .insertInto('plugin')
        .values({ id: 'p', name: 'P', active_version: '2', former_version: null })
        .execute();
      await tx.db.insertInto('setting').values({ key: 'ü', value: 'x\ny' }).execute();
    });
    const there = await postgres.open();
    await copyStore(first, there, { pageSize: 2 });
    const back = await sqlite.open();
    await copyStore(there, back, { pageSize: 2 });
    expect(await everything(back)).toEqual(await everything(first));
    await there.transaction(async (tx) => expect(await tx.reserveIds('process', 1)).toEqual([4]));
  });

  it('refuses a target that holds data', async () => {
    const store = await sqlite.open();
    const full = await postgres.open();
    await full.db.insertInto('setting').values({ key: 'k', value: 'v' }).execute();
    await expect(copyStore(store, full)).rejects.toMatchObject({ code: 'data-not-empty' });
  });
});

async function everything(store: Store): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {};
  for (const [table, key] of Object.entries(tableOrder)) {
    const order = sql.join(key.map((column) => sql.ref(column)));
    all[table] = (await sql`select * from ${sql.table(table)} order by ${order}`.execute(store.db)).rows;
  }
  return all;
}
