import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { postgres } from '../../test/databases.ts';
import { readConfig, type ServerConfig } from '../service/index.ts';
import { latestSchema, migrations } from '../store/index.ts';
import { postgresColumns } from '../store/postgres/postgres-words.ts';
import { applicationId } from '../store/sqlite/migrate-sqlite.ts';
import { sqliteColumns } from '../store/sqlite/sqlite-words.ts';
import { startServer } from './start-server.ts';

const { fresh } = postgres();

/** Data as the first version left them; `hold` keeps everybody else from writing. */
async function oldData(): Promise<{ data: string; hold: () => () => void }> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-old-data-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const data = join(folder, 'data');
  await mkdir(data, { mode: 0o700 });
  const database = new DatabaseSync(join(data, 'lockstep.db'));
  database.exec('pragma journal_mode = wal');
  const [first] = migrations;
  for (const statement of first!.statements(sqliteColumns)) database.exec(statement);
  database.exec(`pragma user_version = ${first!.number}; pragma application_id = ${applicationId}`);
  return {
    data,
    hold: () => {
      database.exec('begin immediate');
      return () => {
        database.exec('commit');
        database.close();
      };
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** The same in PostgreSQL. */
async function oldDatabase(): Promise<{ database: string; hold: () => Promise<() => Promise<void>> }> {
  const database = await fresh();
  const client = new pg.Client(database);
  await client.connect();
  const [first] = migrations;
  await client.query('create table schema_migration (number bigint primary key)');
  for (const statement of first!.statements(postgresColumns)) await client.query(statement);
  await client.query('insert into schema_migration values ($1)', [first!.number]);
  return {
    database,
    hold: async () => {
      await client.query('begin');
      await client.query('lock table schema_migration in exclusive mode');
      return async () => {
        await client.query('commit');
        await client.end();
      };
    },
  };
}

/** Lives, is not ready and asks to wait until what is held is let go; then it is ready, at the same address. */
async function startHeld(config: ServerConfig, letGo: () => unknown): Promise<void> {
  const ask = (path: string) => fetch(`http://127.0.0.1:${config.listen.port}${path}`).catch(() => null);
  const starting = startServer({ ...config, log: { level: 'silent' } });
  await expect.poll(async () => (await ask('/healthz'))?.status).toBe(200);
  const early = (await ask('/readyz'))!;
  expect([early.status, await early.json()]).toEqual([503, { status: 'starting' }]);
  const other = (await ask('/api/plugins'))!;
  expect([other.status, other.headers.get('retry-after')]).toEqual([503, '5']);
  await letGo();
  const server = await starting;
  onTestFinished(() => server.stop());
  expect(server.url).toBe(`http://127.0.0.1:${config.listen.port}/`);
  expect((await ask('/readyz'))!.status).toBe(200);
  expect((await ask('/healthz'))!.status).toBe(200);
}

it('answers that it lives while its database is brought up to date, and is ready afterwards at the same address', async () => {
  const { data, hold } = await oldData();
  const port = await freePort();
  await startHeld(await readConfig({ file: null, env: {}, flags: { data, port }, cwd: data }), hold());
  const raw = new DatabaseSync(join(data, 'lockstep.db'), { readOnly: true });
  expect(raw.prepare('pragma user_version').get()).toEqual({ user_version: latestSchema });
  raw.close();
});

it('answers so too while PostgreSQL is brought up to date', async () => {
  const { data } = await oldData();
  const { database, hold } = await oldDatabase();
  const env = { LOCKSTEP_RUN_KEY: '5a'.repeat(32) };
  const port = await freePort();
  const flags = { data: join(data, '..', 'beside'), database, port };
  await startHeld(await readConfig({ file: null, env, flags, cwd: data }), await hold());
}, 60_000);

it('lets the address go where the change of the schema fails, and says why', async () => {
  const { data } = await oldData();
  const raw = new DatabaseSync(join(data, 'lockstep.db'));
  raw.exec('create table account (surprise text)');
  raw.close();
  const port = await freePort();
  const config = await readConfig({ file: null, env: {}, flags: { data, port }, cwd: data });
  await expect(startServer({ ...config, log: { level: 'silent' } })).rejects.toThrow(/account/);
  await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
});
