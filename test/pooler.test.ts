/** What a pooler does that shares sessions, made by a small proxy; the real PgBouncer is run by hand (test/long/pgbouncer.sh). */
import { createServer, connect as dial, type Server } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer } from '../src/server/testing/start-test-server.ts';
import { advanceProcesses, openStore } from '../src/store/index.ts';
import { postgres } from './databases.ts';
import { testVault } from './vault.ts';

type Startup = 'refuses' | 'drops';

/** Stands before PostgreSQL and refuses, or drops, the start-up parameter `options`, as PgBouncer does. */
async function startPooler(address: URL, startup: Startup): Promise<{ server: Server; address: string }> {
  const server = createServer((client) => {
    client.once('data', (first) => {
      const text = first.subarray(8).toString('latin1');
      const parameters = text.split('\0').slice(0, -2);
      const at = parameters.indexOf('options');
      if (at >= 0 && startup === 'refuses') {
        const fields = Buffer.from('SFATAL\0C08P01\0Munsupported startup parameter: options\0\0', 'latin1');
        const head = Buffer.from([0x45, 0, 0, 0, 0]);
        head.writeInt32BE(fields.length + 4, 1);
        client.end(Buffer.concat([head, fields]));
        return;
      }
      if (at >= 0) parameters.splice(at, 2);
      const body = Buffer.from(`${parameters.join('\0')}\0\0`, 'latin1');
      const head = Buffer.alloc(8);
      head.writeInt32BE(body.length + 8, 0);
      first.copy(head, 4, 4, 8);
      const behind = dial(Number(address.port), address.hostname);
      behind.write(Buffer.concat([head, body]));
      client.pipe(behind).pipe(client);
      for (const side of [client, behind]) side.on('error', () => [client, behind].map((one) => one.destroy()));
    });
    client.on('error', () => {});
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const through = new URL(address);
  through.port = String((server.address() as { port: number }).port);
  return { server, address: through.href };
}

const database = postgres();
const kinds = ['refuses', 'drops'] as const;

describe.each(kinds)('behind a pooler that %s start-up options', (startup) => {
  let direct: string;
  let pooler: Awaited<ReturnType<typeof startPooler>>;
  beforeAll(async () => {
    direct = await database.fresh();
    pooler = await startPooler(new URL(direct), startup);
  }, 60_000);
  afterAll(() => pooler.server.close());

  it('the store opens, with its settings in each transaction and no statement under a name', async () => {
    const store = await openStore(pooler.address, { vault: testVault });
    const found = await store.transaction(async ({ db, bulk }) => {
      await bulk(advanceProcesses, [
        { expected: 1, version: 2, ids: '[1]' },
        { expected: 2, version: 3, ids: '[1]' },
      ]);
      const { rows } = await sql<{ cost: string; named: string }>`select current_setting('random_page_cost') as cost,
        (select count(*) from pg_prepared_statements where name <> '') as named`.execute(db);
      return rows[0];
    });
    expect(found).toEqual({ cost: '1.1', named: 0 });
    await store.close();
  });

  it('a server says that it needs a session, and which setting gives it one', async () => {
    await expect(startTestServer({}, { database: pooler.address })).rejects.toMatchObject({
      code: 'database-pooled',
      hint: expect.stringContaining('LOCKSTEP_DATABASE_DIRECT'),
    });
  });

  it('three servers start at once on the empty database, and hear each other past the pooler', async () => {
    const through = { database: pooler.address };
    const servers = await Promise.all([1, 2, 3].map(() => startTestServer({ databaseDirect: direct }, through)));
    try {
      const admin = servers.filter(({ firstToken }) => firstToken !== null);
      expect(admin).toHaveLength(1);
      for (const server of servers) {
        expect((await fetch(new URL('readyz', server.url))).status).toBe(200);
        expect((await server.ask('GET', '/api/plugins', undefined, admin[0]!.token)).status).toBe(200);
      }
    } finally {
      for (const server of servers) await server.stop();
    }
  });
});
