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

/** As the first version wrote them; words of both databases. */
const oldRows = [
  "insert into plugin values ('org.old', 'Old', '2', '1')",
  ...[1, 2].map(
    (version) =>
      `insert into plugin_version values ('org.old', '${version}', ${version}, 'Old', '{"n":${version}}', null, null,
        'd${version}', null, 'installed', '2026-01-01', 'ada')`,
  ),
  "insert into import_shape values (1, 'd', '{}', 'a.json', '2026-01-01')",
  "insert into process values (1, 'generic', '', 'placed', 2, 1, 0, '[]', null)",
  "insert into process values (2, 'generic', '', 'alone', 1, null, null, '[]', null)",
  "insert into process_version values (1, 2, '{}', '2026-01-01', 'ada', 'imported', null)",
  "insert into plan values (1, 'org.old', '2', 'd2', '1', 'applied', '{}', '{}', '2026-01-01', 'ada', '2026-01-02')",
  "insert into plan_process values (1, 1, 1, 'g', 'applied', 0, null, 2, null, 0)",
  "insert into plan_detail values (1, 1, 'work', 'detail')",
];
/** As the last version before successors wrote them. */
const laterRows = [
  "insert into account (name, role, created_at, issuer) values ('ada', 'admin', '2026-01-01', 'https://id.example')",
  `insert into access_token (id, account, label, digest, created_at, agent)
    values ('t', 'ada', 'ci', 'digest', '2026-01-01', 'north')`,
  "insert into run_timer (run_id, activity, due_at, set_at) values ('r', 'wait', '2026-01-02', '2026-01-01')",
  "insert into server_operation values ('o', 's', '{}', '2026-01-01', null)",
];

describe.each(kinds)('a store on $name', ({ fresh, open, old, noteSchema }) => {
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

  it.each([
    [1, [{ upTo: 1, rows: oldRows }]],
    [
      112,
      [
        { upTo: 1, rows: oldRows },
        { upTo: 112, rows: laterRows },
      ],
    ],
  ])(
    'brings the rows of schema %i along, and a plugin of old has no successor until one is named',
    async (upTo, times) => {
      const store = await openStore(await old(times), { vault: null });
      const { db } = store;
      try {
        const versions = db
          .selectFrom('plugin_version')
          .select(['version', 'definition', 'successor'])
          .orderBy('version');
        expect(await versions.execute()).toEqual([
          { version: '1', definition: '{"n":1}', successor: null },
          { version: '2', definition: '{"n":2}', successor: null },
        ]);
        await db.updateTable('plugin_version').set({ successor: 'org.new' }).where('version', '=', '2').execute();
        expect((await versions.execute()).map(({ successor }) => successor)).toEqual([null, 'org.new']);
        expect(
          await db.selectFrom('process').select(['id', 'name', 'version', 'draft']).orderBy('id').execute(),
        ).toEqual([
          { id: 1, name: 'placed', version: 2, draft: 0 },
          { id: 2, name: 'alone', version: 1, draft: 0 },
        ]);
        expect(await db.selectFrom('process_place').selectAll().execute()).toEqual([
          { import_id: 1, slot: 0, process_id: 1 },
        ]);
        expect(await db.selectFrom('plan_detail').selectAll().execute()).toEqual([
          { plan_id: 1, process_id: 1, detail: 'detail' },
        ]);
        expect(await db.selectFrom('plan_process').select(['state', 'work_id']).execute()).toEqual([
          { state: 'applied', work_id: null },
        ]);
        expect(await db.selectFrom('plan').select('course').execute()).toEqual([{ course: null }]);
        if (upTo === 1) return;
        expect(await db.selectFrom('account').select(['name', 'issuer', 'member_of']).execute()).toEqual([
          { name: 'ada', issuer: 'https://id.example', member_of: '[]' },
        ]);
        expect(await db.selectFrom('access_token').select('agent').execute()).toEqual([{ agent: 'north' }]);
        expect(await db.selectFrom('run_timer').select('set_at').execute()).toEqual([{ set_at: '2026-01-01' }]);
        expect(await db.selectFrom('server_operation').select('stop_asked').execute()).toEqual([{ stop_asked: 0 }]);
      } finally {
        await store.close();
      }
    },
  );

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
