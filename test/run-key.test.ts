import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { agreeOnRunKey, readRunKey } from '../src/service/index.ts';
import { openStore, openVault, type Store } from '../src/store/index.ts';
import { postgres } from './databases.ts';

const database = postgres();
const text = Buffer.alloc(32, 7).toString('base64');
const given = (key = text) => readRunKey({ LOCKSTEP_RUN_KEY: key }, undefined);
let folder: string;
let store: Store;
const stores: Store[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-run-key-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Another server's data folder on the same database. */
async function server(key?: Uint8Array): Promise<{ store: Store; path: string; file: string }> {
  const path = await mkdtemp(join(folder, 'server-'));
  const file = join(path, 'run.key');
  if (key) await writeFile(file, key);
  return { store, path, file };
}

/** Everything that a dump of the database would show of settings. */
async function settings(): Promise<string> {
  return JSON.stringify(await store.db.selectFrom('setting').selectAll().execute());
}

async function shows(key: Uint8Array): Promise<boolean> {
  const seen = await settings();
  const forms = (['base64', 'base64url', 'hex'] as const).map((form) => Buffer.from(key).toString(form));
  return forms.some((form) => seen.includes(form));
}

describe('the key of runs on a shared database', () => {
  beforeEach(async () => {
    store = await openStore(await database.fresh());
    stores.push(store);
  }, 60_000);
  afterAll(async () => {
    for (const open of stores) await open.close();
  });

  it('is never in the database: whoever reads that cannot open what it seals', async () => {
    const first = await server();
    expect(await agreeOnRunKey(first, null)).toEqual([]);
    expect(await shows(await readFile(first.file))).toBe(false);
    const second = await server(await readFile(first.file));
    expect(await agreeOnRunKey(second, null)).toEqual([]);
    expect(await agreeOnRunKey(first, null)).toEqual([]);
    expect(openVault(second.file).open(openVault(first.file).seal('secret'))).toBe('secret');
  }, 60_000);

  it('may be given, and is nowhere in the data folder then', async () => {
    const one = await server();
    expect(await agreeOnRunKey(one, await given())).toEqual([]);
    expect(await agreeOnRunKey(await server(), await given())).toEqual([]);
    expect(existsSync(one.file)).toBe(false);
    expect(await shows(Buffer.from(text, 'base64'))).toBe(false);
    const sealed = openVault(one.file, await given()).seal('secret');
    expect(openVault(join(folder, 'none'), await given()).open(sealed)).toBe('secret');
  }, 60_000);

  it('is the same for all: a server with another one, or with none, is refused and changes nothing', async () => {
    await agreeOnRunKey(await server(), await given());
    const before = await settings();
    const lone = await server();
    for (const [who, key] of [
      [lone, null],
      [await server(Buffer.alloc(32, 8)), null],
      [await server(), await given(Buffer.alloc(32, 9).toString('hex'))],
      [await server(Buffer.alloc(32, 8)), await given()],
    ] as const) {
      await expect(agreeOnRunKey(who, key)).rejects.toMatchObject({ code: 'secret-not-readable' });
    }
    expect(existsSync(lone.file)).toBe(false);
    expect(await settings()).toBe(before);
  }, 60_000);

  it('of a former version opens what it sealed, and leaves the database once it is given', async () => {
    const former = Buffer.alloc(32, 5);
    await store.db
      .insertInto('setting')
      .values({ key: 'servers.run-key', value: former.toString('base64') })
      .execute();
    const sealed = openVault((await server(former)).file).seal('sealed long ago');
    const fresh = await server();
    const [note] = await agreeOnRunKey(fresh, null);
    expect(note).toContain('LOCKSTEP_RUN_KEY');
    expect(openVault(fresh.file).open(sealed)).toBe('sealed long ago');
    expect(await shows(former)).toBe(true);
    await expect(agreeOnRunKey(await server(), await given())).rejects.toMatchObject({ code: 'secret-not-readable' });

    const key = await given(former.toString('base64'));
    expect(await agreeOnRunKey(await server(), key)).toEqual([]);
    expect(await shows(former)).toBe(false);
    expect(await agreeOnRunKey(fresh, null)).toEqual([]);
    expect(openVault(join(folder, 'none'), key).open(sealed)).toBe('sealed long ago');
  }, 60_000);

  it('is made by one of two servers that start at once; the other says what it needs', async () => {
    const [one, other] = [await server(), await server()];
    const outcomes = await Promise.allSettled([one, other].map((each) => agreeOnRunKey(each, null)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect([one, other].filter(({ file }) => existsSync(file))).toHaveLength(1);
  }, 60_000);
});

describe('a key of runs that is given', () => {
  it.each([
    ['base64', text],
    ['hexadecimal', Buffer.alloc(32, 7).toString('hex')],
  ])('is 32 bytes in %s', async (_form, key) => {
    expect((await given(key))?.export()).toEqual(Buffer.alloc(32, 7));
  });

  it.each(['', 'short', `${text}A`, '!'.repeat(44)])('is not "%s"', async (key) => {
    const file = join(await mkdtemp(join(folder, 'key-')), 'key');
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, key);
    await expect(readRunKey({}, file)).rejects.toMatchObject({ code: 'config-not-valid' });
  });

  it('may lie in a file, as bytes or as text', async () => {
    for (const content of [Buffer.alloc(32, 7), `${text}\n`]) {
      const file = join(await mkdtemp(join(folder, 'key-')), 'key');
      await writeFile(file, content);
      expect((await readRunKey({ LOCKSTEP_RUN_KEY_FILE: file }, undefined))?.export()).toEqual(Buffer.alloc(32, 7));
    }
    const nowhere = readRunKey({ LOCKSTEP_RUN_KEY_FILE: join(folder, 'nowhere') }, undefined);
    await expect(nowhere).rejects.toMatchObject({ code: 'config-not-valid' });
  });

  it('is not printed by whoever prints the configuration', async () => {
    expect(JSON.stringify({ key: await given() })).toBe('{"key":{}}');
  });
});
