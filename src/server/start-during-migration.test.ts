import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../service/index.ts';
import { latestSchema, migrations } from '../store/index.ts';
import { columnTypes } from '../store/migrations/migration.ts';
import { applicationId } from '../store/sqlite/migrate-sqlite.ts';
import { startServer } from './start-server.ts';

/** Data as the first version left them; `hold` keeps everybody else from writing. */
async function oldData(): Promise<{ data: string; hold: () => () => void }> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-old-data-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const data = join(folder, 'data');
  await mkdir(data, { mode: 0o700 });
  const database = new DatabaseSync(join(data, 'lockstep.db'));
  database.exec('pragma journal_mode = wal');
  const [first] = migrations;
  for (const statement of first!.statements(columnTypes('sqlite'))) database.exec(statement);
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

it('answers that it lives while its database is brought up to date, and is ready afterwards at the same address', async () => {
  const { data, hold } = await oldData();
  const port = await freePort();
  const config = await readConfig({ file: null, env: {}, flags: { data, port }, cwd: data });
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`).catch(() => null);
  const letGo = hold();
  const starting = startServer({ ...config, log: { level: 'silent' } });
  await expect.poll(async () => (await ask('/healthz'))?.status).toBe(200);
  const early = (await ask('/readyz'))!;
  expect([early.status, await early.json()]).toEqual([503, { status: 'starting' }]);
  const other = (await ask('/api/plugins'))!;
  expect([other.status, other.headers.get('retry-after')]).toEqual([503, '5']);
  letGo();
  const server = await starting;
  onTestFinished(() => server.stop());
  expect(server.url).toBe(`http://127.0.0.1:${port}/`);
  expect((await ask('/readyz'))!.status).toBe(200);
  expect((await ask('/healthz'))!.status).toBe(200);
  const raw = new DatabaseSync(join(data, 'lockstep.db'), { readOnly: true });
  expect(raw.prepare('pragma user_version').get()).toEqual({ user_version: latestSchema });
  raw.close();
});

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
