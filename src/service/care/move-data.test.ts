import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { postgres } from '../../../test/databases.ts';
import { startTestServer } from '../../server/testing/start-test-server.ts';
import { latestSchema, openStore, type Store } from '../../store/index.ts';
import { moveData } from './move-data.ts';

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});
const database = postgres();

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'lockstep-move-'));
  folders.push(made);
  return made;
}

/** Every row that a server keeps, but for what its place alone needs. */
async function content(store: Store): Promise<Record<string, unknown[]>> {
  const { db } = store;
  return {
    plugins: await db.selectFrom('plugin_version').selectAll().orderBy('plugin_id').orderBy('version').execute(),
    processes: await db.selectFrom('process').selectAll().orderBy('id').execute(),
    versions: await db.selectFrom('process_version').selectAll().orderBy('process_id').orderBy('version').execute(),
    uses: await db.selectFrom('process_use').selectAll().orderBy('process_id').orderBy('key_id').execute(),
    plans: await db.selectFrom('plan').selectAll().orderBy('id').execute(),
    details: await db.selectFrom('plan_detail').selectAll().orderBy('process_id').execute(),
    activity: await db.selectFrom('activity').selectAll().orderBy('id').execute(),
    accounts: await db.selectFrom('account').select(['name', 'role', 'password', 'created_at']).execute(),
    tokens: await db.selectFrom('access_token').select(['id', 'digest']).execute(),
  };
}

describe('moving data', () => {
  it('from SQLite to PostgreSQL and back loses nothing, files included', async () => {
    const first = await folder();
    const old = await startTestServer({ data: join(first, 'data') });
    await old.ended((await old.ask('POST', '/api/examples')).body);
    await old.ended((await old.ask('POST', '/api/plans', { plugin: 'org.example.fleet-tools' })).body);
    const before = await content(old.services.store);
    const token = old.token;
    await old.stop();

    const address = await database.fresh();
    const second = join(await folder(), 'data');
    await moveData({ data: join(first, 'data'), database: null }, { data: second, database: address });
    const server = await startTestServer({ data: second, database: address });
    expect(server.firstToken).toBe(null);
    const { status, body } = await server.ask('GET', '/api/plugins/org.example.fleet-tools', undefined, token);
    expect([status, body.installed]).toEqual([200, '1']);
    await server.stop();

    const third = join(await folder(), 'data');
    await moveData({ data: second, database: address }, { data: third, database: null });
    const store = await openStore(join(third, 'lockstep.db'));
    const after = await content(store);
    await store.close();
    for (const list of [before['tokens'], after['tokens']]) expect(list).toHaveLength(1);
    const settled = ({ activity, ...rest }: typeof before) => ({ ...rest, activity: activity?.slice(0, 3) });
    expect(settled(after)).toEqual(settled(before));
    const xml = (data: string) => readFile(join(data, 'plugins/org.example.fleet-tools/plugin.xml'));
    expect(await xml(third)).toEqual(await xml(join(first, 'data')));
  }, 60_000);

  it('into a database that holds data is refused, and the source stays as it is', async () => {
    const one = join(await folder(), 'data');
    const server = await startTestServer({ data: one });
    await server.stop();
    await expect(moveData({ data: one, database: null }, { data: one, database: null })).rejects.toMatchObject({
      code: 'usage',
    });
    const other = join(await folder(), 'data');
    const second = await startTestServer({ data: other });
    await second.stop();
    await expect(moveData({ data: one, database: null }, { data: other, database: null })).rejects.toMatchObject({
      code: 'data-not-empty',
    });
  }, 30_000);
});

describe('an older server', () => {
  it('refuses a database that a newer one has brought up to date, with a clear word', async () => {
    const address = await database.fresh();
    const store = await openStore(address);
    await store.close();
    const { Client } = (await import('pg')).default;
    const client = new Client({ connectionString: address });
    await client.connect();
    await client.query('insert into schema_migration values ($1)', [latestSchema + 1]);
    await client.end();
    const data = join(await folder(), 'data');
    await expect(startTestServer({ data, database: address })).rejects.toMatchObject({
      code: 'data-newer',
      message: expect.stringContaining('newer Lockstep'),
    });
  }, 30_000);
});
