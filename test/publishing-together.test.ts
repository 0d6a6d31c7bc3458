import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { channelSigner, folderStorage, storedRepository } from '../src/repository/index.ts';
import { openStore, type Store } from '../src/store/index.ts';
import { postgres } from './databases.ts';
import { testFolder } from './journey/folder.ts';
import { journeyPackage } from './journey/labelled-plan.ts';
import { ServerProcess } from './long/server-process.ts';
import { testVault } from './vault.ts';

const database = postgres();
const id = 'org.example.journey';
let store: Store;
let repository: string;
let first: ServerProcess;
let second: ServerProcess;
let token: string;

beforeEach(async () => {
  const address = await database.fresh();
  const folder = await testFolder({});
  repository = join(folder, 'repository');
  first = new ServerProcess(join(folder, 'first'), address, { repository });
  second = new ServerProcess(join(folder, 'second'), address, { repository });
  await first.start();
  token = first.token!;
  store = await openStore(address, { vault: testVault, poolSize: 2 });
}, 60_000);
afterEach(async () => {
  await first?.kill();
  await second?.kill();
  await store?.close();
});

const storage = () => folderStorage(repository);
const channel = () => storedRepository(storage(), { signer: channelSigner({ keys: null }) });
/** The channel's history by now; nobody has published to it yet: none. */
const generations = () =>
  channel()
    .history('testing')
    .catch(() => []);

async function upload(server: ServerProcess, bytes: Uint8Array): Promise<string> {
  const digest = createHash('sha256').update(bytes).digest('hex');
  const response = await fetch(new URL(`/api/repository/uploads/${digest}`, server.url), {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body: Uint8Array.from(bytes),
  });
  expect(response.status).toBe(201);
  return digest;
}

const publish = (server: ServerProcess, digest: string, name = 'journey-1.zip') =>
  server.ask('POST', '/api/repository/channels/testing/publish', token, { packages: [{ name, upload: digest }] });

/** How many acts on channels are begun and not done. */
async function begun(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from lockstep_work.job where name like 'channel-%' and state = 'active'`.execute(store.db);
  return Number(rows[0]!.n);
}

async function published(): Promise<number> {
  const rows = await store.db.selectFrom('activity').selectAll().where('action', '=', 'channel.publish').execute();
  return rows.length;
}

describe('publishing on two servers of one database and one repository', () => {
  it('what was uploaded to one is published by the other, and a fault comes back to whoever asked', async () => {
    await second.start();
    const digest = await upload(first, await journeyPackage(1));
    const answer = await publish(second, digest);
    expect([answer.status, answer.body.generation?.generation]).toEqual([200, 1]);
    const broken = await upload(first, new TextEncoder().encode('no archive'));
    const refused = await publish(second, broken, 'broken.zip');
    expect([refused.status, refused.body.error.code]).toEqual([422, 'package-not-readable']);
    const missing = await publish(first, 'a'.repeat(64));
    expect([missing.status, missing.body.error.code]).toEqual([400, 'upload-cut-off']);
    expect(await generations()).toHaveLength(1);
    expect((await storage().list('handover/')).map(({ path }) => path)).toEqual([`handover/${hash('no archive')}`]);
    expect(await published()).toBe(1);
  }, 60_000);

  it('a server that is killed in the middle leaves its act to another one, which finishes it once', async () => {
    const digest = await upload(first, await journeyPackage(1));
    // whoever publishes waits for the channel that somebody holds
    const lock = await storage().lock('plugins/1/testing/.lock', { who: 'the test' });
    try {
      const cutOff = publish(first, digest).catch((error: Error) => error.name);
      await expect.poll(begun, { timeout: 30_000 }).toBe(1);
      await second.start();
      await first.kill();
      expect(await cutOff).toBe('TypeError');
    } finally {
      await lock.release();
    }
    await expect.poll(async () => (await generations()).length, { timeout: 90_000, interval: 250 }).toBe(1);
    await expect.poll(begun, { timeout: 30_000 }).toBe(0);
    expect((await channel().readOffer('testing')).index.get(id)?.version).toBe('1');
    expect((await channel().verify('testing')).problems).toEqual([]);
    expect(await published()).toBe(1);
    // and nothing of it is left to do again
    await first.start();
    expect((await publish(second, await upload(second, await journeyPackage(1)))).body.generation).toBe(null);
    expect(await generations()).toHaveLength(1);
  }, 180_000);

  it('a server that is killed after the channel has changed leaves nothing to be done a second time', async () => {
    await second.start();
    await publish(first, await upload(first, await journeyPackage(1)));
    // as a killed server leaves it: the act is in the queue, and the channel has changed
    const mark = new TextDecoder().decode((await storage().read('repository.id'))!.bytes);
    const yanked = await first.ask('POST', '/api/repository/channels/testing/yank', token, {
      plugins: [id],
      why: 'no',
    });
    expect(yanked.body.generation.generation).toBe(2);
    await sql`update lockstep_work.job set state = 'retry', retry_count = 1, completed_on = null, start_after = now()
      where name = ${`channel-${mark}`} and data->'data'->'act'->>'verb' = 'yank'`.execute(store.db);
    const again = async () => {
      const { rows } = await sql<{ state: string; output: { generation: { generation: number } } }>`
        select state, output from lockstep_work.job where data->'data'->'act'->>'verb' = 'yank'`.execute(store.db);
      return [rows[0]!.state, rows[0]!.output?.generation?.generation];
    };
    await expect.poll(again, { timeout: 60_000 }).toEqual(['completed', 2]);
    expect(await generations()).toHaveLength(2);
    const noted = await store.db.selectFrom('activity').selectAll().where('action', '=', 'channel.yank').execute();
    expect(noted).toHaveLength(1);
  }, 120_000);
});

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
