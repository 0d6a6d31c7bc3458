import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { system } from '../ports/index.ts';
import { folderStorage } from './folder-storage.ts';
import { s3Storage } from './s3-storage.ts';
import type { RepositoryStorage } from './storage.ts';
import { startS3Server } from './testing/s3-server.ts';
import { storageContract } from './testing/storage-contract.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (content: { bytes: Uint8Array } | null): string | null =>
  content && new TextDecoder().decode(content.bytes);
const credentials = { accessKeyId: 'test', secretAccessKey: 'secret' };

let folder: string;
type S3Server = Awaited<ReturnType<typeof startS3Server>>;
let s3: S3Server;
let ceph: S3Server;
let forgetful: S3Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-storage-'));
  s3 = await startS3Server({ pageSize: 2 });
  ceph = await startS3Server({ tags: 'bare' });
  forgetful = await startS3Server({ tags: 'any' });
  loseFirstAnswers(forgetful);
});
afterAll(async () => {
  for (const server of [s3, ceph, forgetful]) await server.stop();
  await rm(folder, { recursive: true });
});

const drivers: [string, (name: string) => Promise<RepositoryStorage>][] = [
  ['a local folder', async (name) => folderStorage(join(folder, name))],
  ['S3-compatible storage', (prefix) => storageAt(s3, prefix)],
  ['S3-compatible storage that takes bare tags, as Ceph does', (prefix) => storageAt(ceph, prefix)],
  ['S3-compatible storage whose answers get lost', (prefix) => storageAt(forgetful, prefix)],
];

function storageAt({ endpoint }: S3Server, prefix: string, lease = 200): Promise<RepositoryStorage> {
  return s3Storage({ bucket: 'bucket', prefix, endpoint, credentials, lease });
}

/** Each key's every second write is done and not answered, so that the client does it again. */
function loseFirstAnswers(server: S3Server): void {
  const written = new Map<string, number>();
  server.loseAnswers((key) => {
    const times = (written.get(key) ?? 0) + 1;
    written.set(key, times);
    return times % 2 === 1;
  });
}

for (const [name, open] of drivers) storageContract(`in ${name}`, open);

describe('a lock on a local folder', () => {
  it('dies with its process, also by kill -9, and half-written files are cleared away', async () => {
    const root = join(folder, 'killed');
    const script = join(folder, 'hold.ts');
    await writeFile(
      script,
      `import { folderStorage } from ${JSON.stringify(join(import.meta.dirname, 'folder-storage.ts'))};
       import { writeFileSync } from 'node:fs';
       await folderStorage(process.argv[2]).lock('c/.lock', { who: 'child' });
       writeFileSync(process.argv[2] + '/c/.incoming-0-half', 'half');
       process.send('held');
       setInterval(() => {}, 1000);`,
    );
    const child = fork(script, [root], { execArgv: [], stdio: 'ignore' });
    await once(child, 'message');
    const storage = folderStorage(root);
    await expect(storage.lock('c/.lock', { who: 'second', timeout: 1 })).rejects.toMatchObject({
      code: 'channel-busy',
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await storage.lock('c/.lock', { who: 'second', timeout: 5000 })).release();
    expect(await readdir(join(root, 'c'))).toEqual(['.lock']);
  });
});

describe('S3-compatible storage that does not hold to conditions', () => {
  it.each([
    ['passes over If-None-Match', { ifNoneMatch: false }, 'If-None-Match'],
    ['passes over If-Match', { tags: 'none' }, 'If-Match'],
  ] as const)('is refused by its own code, and nothing is left in it: it %s', async (_what, options, named) => {
    const server = await startS3Server(options);
    const storage = await storageAt(server, 'x');
    const refused = { code: 'storage-not-safe', message: expect.stringContaining(named) };
    await expect(storage.lock('x/.lock', { who: 'first' })).rejects.toMatchObject(refused);
    await expect(storage.writeIfAbsent('x/y', bytes('x'))).rejects.toMatchObject(refused);
    await expect(storage.replace('x/y', bytes('x'), null)).rejects.toMatchObject(refused);
    await expect(storage.check?.()).rejects.toMatchObject(refused);
    expect([...server.objects.keys()]).toEqual([]);
    expect(await storage.read('x/y')).toBeNull();
    await server.stop();
  });

  it('is asked again where it did not answer', async () => {
    const server = await startS3Server();
    const storage = await storageAt(server, 'x');
    server.setDown(true);
    await expect(storage.check?.()).rejects.toMatchObject({
      code: 'channel-unreachable',
      hint: expect.stringContaining('whether the last write arrived is not known'),
    });
    server.setDown(false);
    await storage.check?.();
    expect(await storage.writeIfAbsent('x/y', bytes('x'))).toBe(true);
    await server.stop();
  });
});

describe('a write to S3-compatible storage whose answer never comes', () => {
  it('is known by its bytes, and a failure does not claim that nothing was changed', async () => {
    const server = await startS3Server();
    const storage = await storageAt(server, 'x');
    await storage.replace('x/y', bytes('one'), null);
    const { version } = (await storage.read('x/y'))!;
    server.loseAnswers((key) => key === 'bucket/x/x/y');
    await storage.replace('x/y', bytes('two'), version);
    expect(text(await storage.read('x/y'))).toBe('two');
    await expect(storage.replace('x/y', bytes('three'), version)).rejects.toMatchObject({
      code: 'channel-busy',
      message: expect.stringContaining('x/y'),
    });
    await server.stop();
  });
});

async function expectFree(storage: RepositoryStorage): Promise<void> {
  await (await storage.lock('x/.lock', { who: 'next', timeout: 0 })).release();
}

describe('a lock in S3-compatible storage', () => {
  it('is held through a renewal whose answer got lost, and is free once it is released', async () => {
    const server = await startS3Server({ tags: 'bare' });
    const storage = await storageAt(server, 'renewed', 1000);
    const lock = await storage.lock('x/.lock', { who: 'first' });
    const before = text(await storage.read('x/.lock'));
    loseFirstAnswers(server);
    const renewed = async () => expect(text(await storage.read('x/.lock'))).not.toBe(before);
    await vi.waitFor(renewed, { timeout: 20_000 });
    // longer than a lock lives that nobody renews
    await expect(storage.lock('x/.lock', { who: 'second', timeout: 2000 })).rejects.toMatchObject({
      code: 'channel-busy',
      message: expect.stringContaining('"first"'),
    });
    await lock.release();
    await expectFree(storage);
    await server.stop();
  });

  it('is left to whoever took it over', async () => {
    const storage = await storageAt(s3, 'lost', 60);
    const lock = await storage.lock('x/.lock', { who: 'first' });
    const { version } = (await storage.read('x/.lock'))!;
    s3.objects.set('bucket/lost/x/.lock', {
      bytes: Buffer.from('{"who":"another"}'),
      etag: '"00000000000000000000000000000000"',
      modified: new Date(),
    });
    await vi.waitFor(async () => expect((await storage.read('x/.lock'))!.version).not.toBe(version));
    await lock.release();
    expect(text(await storage.read('x/.lock'))).toBe('{"who":"another"}');
  });

  it('is taken over when its holder stops renewing it', async () => {
    const storage = await storageAt(ceph, 'dead', 100);
    await storage.writeIfAbsent('x/.lock', bytes('{"who":"a process that died"}'));
    const lock = await storage.lock('x/.lock', { who: 'second' });
    await lock.release();
    await expectFree(storage);
  });

  it.each([
    ['a wrong access key', { accessKeyId: 'other', secretAccessKey: 'x' }, 'bucket', 'not-allowed'],
    ['a bucket that does not exist', credentials, 'nobucket', 'channel-not-found'],
  ])('says plainly that there is %s', async (_what, keys, bucket, code) => {
    const storage = await s3Storage({ bucket, prefix: '', endpoint: s3.endpoint, credentials: keys });
    await expect(storage.read('x')).rejects.toMatchObject({ code });
  });

  it('says plainly that nobody answers', async () => {
    const gone = await startS3Server();
    await gone.stop();
    const storage = await s3Storage({ bucket: 'bucket', prefix: '', endpoint: gone.endpoint, credentials });
    await expect(storage.read('x')).rejects.toMatchObject({ code: 'channel-unreachable' });
  });
});

describe('a folder whose lock another takes while something is written', () => {
  it('gets what is written by nobody else once more, and keeps an index that the other may have changed', async () => {
    const root = join(folder, 'cleared');
    const taken = new Set<string>();
    const whileTaken = async (what: 'link' | 'rename', from: string, to: string): Promise<void> => {
      if (!taken.has(what)) await (await folderStorage(root).lock('c/.lock', { who: 'another' })).release();
      taken.add(what);
      await system.disk[what](from, to);
    };
    const disk = {
      ...system.disk,
      link: (from: string, to: string) => whileTaken('link', from, to),
      rename: (from: string, to: string) => whileTaken('rename', from, to),
    };
    const storage = folderStorage(root, { ...system, disk });
    expect(await storage.writeIfAbsent('c/a', bytes('A'))).toBe(true);
    const a = await storage.read('c/a');
    expect(text(a)).toBe('A');
    await expect(storage.replace('c/a', bytes('B'), a!.version)).rejects.toMatchObject({ code: 'channel-busy' });
    expect(text(await storage.read('c/a'))).toBe('A');
  });
});
