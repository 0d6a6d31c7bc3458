import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../src/server/testing/start-test-server.ts';
import { forgetOld } from '../src/service/together/retention.ts';
import { openStore, type Store } from '../src/store/index.ts';
import { postgres } from './databases.ts';
import { testFolder } from './journey/folder.ts';
import { testVault } from './vault.ts';

const database = postgres();
const hour = 3_600_000;
let address: string;
let store: Store;
let servers: TestServer[] = [];

beforeEach(async () => {
  address = await database.fresh();
  store = await openStore(address, { vault: testVault, poolSize: 4 });
});
afterEach(async () => {
  for (const server of servers) await server.stop();
  servers = [];
  await store.close();
});

const ago = (hours: number): string => new Date(Date.now() - hours * hour).toISOString();

/** So many of each kind that are due, and one of each that is not. */
async function fill(due: number): Promise<void> {
  for (let index = 0; index <= due; index++) {
    const isDue = index < due;
    await store.db
      .insertInto('server_message')
      .values({ at: ago(isDue ? 2 : 0), body: '{}' })
      .execute();
    const operation = { server: 'gone', body: '{}', ended_at: null };
    await store.db
      .insertInto('server_operation')
      .values({ id: `gone-${index}`, ...operation, started_at: ago(isDue ? 8 * 24 : 1) })
      .execute();
    const member = { url: '', started_at: ago(100), seen_at: ago(isDue ? 30 : 1) };
    await store.db
      .insertInto('server_member')
      .values({ id: `old-${index}`, ...member })
      .execute();
    await store.db
      .insertInto('plugin_package')
      .values({ digest: `d${index}`, content: '', kept_at: ago(isDue ? 30 : 1) })
      .execute();
  }
}

/** Content that is old and still that of an installed version. */
async function keepInUse(): Promise<void> {
  await store.db
    .insertInto('plugin')
    .values({ id: 'p', name: 'P', active_version: '1', former_version: null })
    .execute();
  await store.db
    .insertInto('plugin_version')
    .values({
      ...{ plugin_id: 'p', version: '1', number: 1, name: 'P', definition: null, upgrade_file: null, info: null },
      ...{ digest: 'in use', folder: null, state: 'installed', installed_at: ago(99), installed_by: 'ann' },
    })
    .execute();
  await store.db
    .insertInto('plugin_package')
    .values({ digest: 'in use', content: '', kept_at: ago(99) })
    .execute();
}

/** Counts each removal of each row, whoever does it; but for the running servers' own, which come and go. */
async function watchRemovals(): Promise<() => Promise<Record<string, number[]>>> {
  await sql`create table removal (kind text not null, row_id text not null)`.execute(store.db);
  await sql`create function note_removal() returns trigger language plpgsql as $$
    begin insert into removal values (tg_table_name, coalesce(to_jsonb(old)->>'id', to_jsonb(old)->>'digest')); return old; end $$`.execute(
    store.db,
  );
  for (const table of ['server_message', 'server_operation', 'server_member', 'plugin_package']) {
    await sql`create trigger ${sql.raw(`note_${table}`)} before delete on ${sql.table(table)}
      for each row execute function note_removal()`.execute(store.db);
  }
  return async () => {
    const { rows } = await sql<{ kind: string; n: number }>`
      select kind, count(*) as n from removal where row_id !~ '^[0-9a-f]{8}$'
      group by kind, row_id order by kind`.execute(store.db);
    const counts: Record<string, number[]> = {};
    for (const { kind, n } of rows) counts[kind] = [...(counts[kind] ?? []), Number(n)];
    return counts;
  };
}

describe('what several servers leave behind', () => {
  it('is removed when it is due, by one of two that look at the same time, and nothing else is', async () => {
    await fill(20);
    await keepInUse();
    const other = await openStore(address, { vault: testVault, poolSize: 4 });
    try {
      const [one, two] = await Promise.all([forgetOld(store), forgetOld(other)]);
      const both = (name: keyof typeof one): number => one![name] + two![name];
      expect((['messages', 'operations', 'members', 'packages'] as const).map(both)).toEqual([20, 20, 20, 20]);
      expect(await forgetOld(store)).toEqual({ messages: 0, operations: 0, members: 0, packages: 0 });
    } finally {
      await other.close();
    }
    const left = await store.db.selectFrom('plugin_package').select('digest').orderBy('digest').execute();
    expect(left.map(({ digest }) => digest)).toEqual(['d20', 'in use']);
    for (const table of ['server_message', 'server_operation', 'server_member'] as const) {
      expect(await store.db.selectFrom(table).selectAll().execute(), table).toHaveLength(1);
    }
  }, 60_000);

  it('is removed once by two servers of one database and one repository, with uploads that nobody published', async () => {
    await fill(5);
    const removals = await watchRemovals();
    const repository = join(await testFolder({}), 'repository');
    await mkdir(join(repository, 'handover'), { recursive: true });
    for (const name of ['old', 'new']) await writeFile(join(repository, 'handover', name), name);
    const yesterday = new Date(Date.now() - 25 * hour);
    await utimes(join(repository, 'handover/old'), yesterday, yesterday);
    servers = [
      await startTestServer({}, { database: address, repository }),
      await startTestServer({}, { database: address, repository }),
    ];
    const five = [1, 1, 1, 1, 1];
    const expected = { plugin_package: five, server_member: five, server_message: five, server_operation: five };
    await expect.poll(removals, { timeout: 60_000 }).toEqual(expected);
    const { storage } = servers[0]!.services.served!;
    const waiting = async () => (await storage.list('handover/')).map(({ path }) => path);
    await expect.poll(waiting, { timeout: 60_000 }).toEqual(['handover/new']);
    expect(await removals()).toEqual(expected);
  }, 120_000);
});
