import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openChannel, openRepository, type Repository } from '../../repository/index.ts';
import { repositoryContract } from '../../repository/testing/repository-contract.ts';
import { samplePackage } from '../../repository/testing/sample-packages.ts';
import { serveRepository } from './serve-repository.ts';

const token = 'ada-has-a-long-token';
let base: string;
let tokenFile: string;
const servers: { close(): Promise<void> }[] = [];
let count = 0;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'lockstep-channels-'));
  tokenFile = join(base, 'tokens');
  await writeFile(tokenFile, `# who may write\nada ${token}\nbob bob-has-a-long-token publish\n`);
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
afterAll(() => rm(base, { recursive: true }));

async function serve(): Promise<{ url: string; folder: string }> {
  const folder = join(base, `${count++}`);
  const server = await serveRepository({ folder, port: 0, tokenFile, uploadLimit: 1_000_000 });
  servers.push(server);
  return { url: server.url, folder };
}

repositoryContract('behind a Lockstep server', async () => openRepository((await serve()).url, { token }));

describe('a served channel', () => {
  let url: string;
  let folder: string;
  let repository: Repository;
  beforeEach(async () => {
    ({ url, folder } = await serve());
    repository = await openRepository(url, { token });
    await repository.publish('testing', {
      who: 'ignored',
      packages: [await samplePackage({ id: 'a', version: '1.0' })],
    });
  });

  it('offers packages that may be cached for ever, with ETag and Range', async () => {
    const address = `${url}plugins/1/testing/a-1.0.tar.bz2`;
    const whole = await fetch(address);
    expect(whole.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const etag = whole.headers.get('etag')!;
    const bytes = Buffer.from(await whole.arrayBuffer());
    const part = await fetch(address, { headers: { range: 'bytes=2-5' } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(2, 6));
    expect(await statusOf(address, { 'if-none-match': etag })).toBe(304);
  });

  it('offers an index that is asked for each time, with a strong ETag', async () => {
    const address = `${url}plugins/1/testing/plugins.db`;
    const first = await fetch(address);
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const etag = first.headers.get('etag')!;
    expect((await fetch(address, { headers: { 'if-none-match': etag } })).status).toBe(304);
    await repository.publish('testing', { who: '', packages: [await samplePackage({ id: 'b', version: '1.0' })] });
    expect((await fetch(address, { headers: { 'if-none-match': etag } })).status).toBe(200);
    expect((await fetch(address, { method: 'HEAD' })).headers.get('content-length')).toMatch(/^\d+$/);
    expect((await fetch(address, { headers: { range: 'bytes=0-0' } })).status).toBe(206);
  });

  it('shows nothing hidden and nothing outside', async () => {
    const paths = [
      '.lock',
      '../../../tokens',
      '%2e%2e/testing/plugins.db',
      'history/',
      '..%2f..%2f..%2ftokens',
      'none.tar.bz2',
    ];
    for (const path of paths) expect(await statusOf(`${url}plugins/1/testing/`, {}, path), path).toBe(404);
    expect((await fetch(`${url}plugins/1/.uploads/x`)).status).toBe(404);
  });

  it('records the user of the token, not a name that the client gives', async () => {
    expect(await repository.history('testing')).toMatchObject([{ who: 'ada' }]);
  });

  it.each([
    ['no token', {}, 'not-signed-in'],
    ['a wrong token', { token: 'wrong-wrong-wrong-wrong' }, 'not-signed-in'],
  ])('refuses changes with %s, and still lets read', async (_what, options, code) => {
    const stranger = await openRepository(url, options);
    const packages = [await samplePackage({ id: 'c', version: '1.0' })];
    await expect(stranger.publish('testing', { who: 'x', packages })).rejects.toMatchObject({ code });
    await expect(stranger.yank('testing', { who: 'x', why: 'x', plugins: ['a'] })).rejects.toMatchObject({ code });
    expect((await stranger.readOffer('testing')).index.size).toBe(1);
    expect(await readdir(join(folder, '.uploads'))).toEqual([]);
  });

  it('tells who changed a channel only to those who have a token, and leaves its files to everybody', async () => {
    const paths = ['channels', 'channels/testing/history', 'channels/testing/generations/1'];
    for (const path of paths) {
      expect((await fetch(`${url}api/repository/${path}`)).status, path).toBe(401);
      const headers = { 'x-auth-token': 'bob-has-a-long-token' };
      expect((await fetch(`${url}api/repository/${path}`, { headers })).status, path).toBe(200);
    }
    expect((await fetch(`${url}plugins/1/testing/plugins.db`)).status).toBe(200);
  });

  it('tells no names of what older versions wrote, and nothing of what is no record', async () => {
    const history = join(folder, 'plugins/1/testing/history');
    const record = {
      generation: 2,
      who: 'Mallory',
      why: 'a secret',
      changes: [{ id: 'who', before: null, after: '1' }],
    };
    await writeFile(join(history, '00000002.json'), JSON.stringify(record));
    await writeFile(join(history, 'pending.json'), JSON.stringify(record));
    for (const name of ['00000002.json', '00000002%2ejson', '%300000002.json', 'pending.json']) {
      const answer = await fetch(`${url}plugins/1/testing/history/${name}`);
      expect(await answer.json(), name).toEqual({ ...record, who: '', why: null });
    }
    const ranged = await fetch(`${url}plugins/1/testing/history/00000002.json`, { headers: { range: 'bytes=0-' } });
    expect(await ranged.text()).not.toContain('Mallory');
    expect((await repository.history('testing')).at(1)).toMatchObject({ who: 'Mallory', why: 'a secret' });
    await writeFile(join(history, '00000003.json'), '{"who": "Mallory"');
    expect((await fetch(`${url}plugins/1/testing/history/00000003.json`)).status).toBe(404);
  });

  it('lets a token that may only publish do just that', async () => {
    const bob = await openRepository(url, { token: 'bob-has-a-long-token' });
    await bob.publish('testing', { who: '', packages: [await samplePackage({ id: 'c', version: '1.0' })] });
    const promotion = { who: '', from: 'testing', to: 'stable', what: [] };
    await expect(bob.promote(promotion)).rejects.toMatchObject({ code: 'not-allowed' });
  });

  it('keeps nothing of an upload that is cut off half way', async () => {
    const digest = 'a'.repeat(64);
    const sending = request(`${url}api/repository/uploads/${digest}`, {
      method: 'PUT',
      headers: { 'x-auth-token': token, 'content-type': 'application/octet-stream', 'content-length': 1000 },
    });
    const broken = new Promise((done) => sending.on('error', done));
    sending.write(Buffer.alloc(400));
    await until(async () => (await readdir(join(folder, '.uploads'))).length === 1);
    sending.destroy();
    await broken;
    await until(async () => (await readdir(join(folder, '.uploads'))).length === 0);
    expect((await repository.readOffer('testing')).index.size).toBe(1);
  });

  it('refuses an upload whose bytes are not those of its digest, or too many', async () => {
    const put = (body: Uint8Array) =>
      fetch(`${url}api/repository/uploads/${'b'.repeat(64)}`, {
        method: 'PUT',
        headers: { 'x-auth-token': token, 'content-type': 'application/octet-stream' },
        body: new Uint8Array(body),
      });
    expect(await (await put(Buffer.from('other'))).json()).toMatchObject({ error: { code: 'upload-cut-off' } });
    expect((await put(Buffer.alloc(1_000_001))).status).toBeGreaterThanOrEqual(400);
    expect(await readdir(join(folder, '.uploads'))).toEqual([]);
  });

  it('leaves no upload behind after publishing', async () => {
    expect(await readdir(join(folder, '.uploads'))).toEqual([]);
  });

  it('lets a server read the offer by the channel’s address, and checks each package', async () => {
    const channel = openChannel(`${url}plugins/1/testing/`);
    const offer = await channel.readOffer();
    const entry = offer.index.get('a')!;
    const seen: number[] = [];
    const bytes = await offer.readPackage(entry, { onProgress: (done) => seen.push(done) });
    expect(seen.at(-1)).toBe(bytes.byteLength);
    const file = join(folder, 'plugins/1/testing/a-1.0.tar.bz2');
    const spoilt = await readFile(file);
    spoilt[20]! ^= 1;
    await writeFile(file, spoilt);
    await expect(offer.readPackage(entry)).rejects.toMatchObject({ code: 'package-damaged' });
    expect((await repository.verify('testing')).problems).toMatchObject([{ code: 'package-damaged' }]);
  });

  it('says plainly that a channel is down', async () => {
    for (const server of servers.splice(0)) await server.close();
    await expect(openChannel(`${url}plugins/1/testing/`).readOffer()).rejects.toMatchObject({
      code: 'channel-unreachable',
    });
    await expect(repository.listChannels()).rejects.toMatchObject({ code: 'channel-unreachable' });
  });
});

/** By hand, since `fetch` tidies paths and adds headers of its own. */
function statusOf(address: string, headers: Record<string, string>, rest = ''): Promise<number | undefined> {
  const { hostname, port, pathname } = new URL(address);
  return new Promise((done, fail) => {
    request({ hostname, port, path: pathname + rest, headers }, (answer) => {
      answer.resume();
      done(answer.statusCode);
    })
      .on('error', fail)
      .end();
  });
}

/** Asks again until it is so; the test's own time limit ends it otherwise. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((done) => setImmediate(done));
}
