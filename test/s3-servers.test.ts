/** Against servers that nobody here wrote: s3rver and fauxqs, and whichever one LOCKSTEP_TEST_S3 names (`test/long/ceph.sh`). */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channelSigner, s3Storage, storedRepository } from '../src/repository/index.ts';
import { repositoryContract } from '../src/repository/testing/repository-contract.ts';
import { samplePackage } from '../src/repository/testing/sample-packages.ts';
import { storageContract, storageReads } from '../src/repository/testing/storage-contract.ts';
import { lockstep } from './journey/lockstep.ts';
import { lossyProxy } from './lossy-proxy.ts';

interface Running {
  readonly endpoint: string;
  stop(): Promise<unknown>;
}

const signer = channelSigner({ keys: null });
const region = 'us-east-1';

async function startS3rver(): Promise<Running> {
  interface S3rver {
    run(): Promise<{ port: number }>;
    close(): Promise<void>;
  }
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-s3rver-'));
  const Server = createRequire(import.meta.url)('s3rver') as new (options: object) => S3rver;
  const server = new Server({ port: 0, silent: true, directory: folder });
  const { port } = await server.run();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () => server.close().then(() => rm(folder, { recursive: true })),
  };
}

async function startFauxS3(): Promise<Running> {
  const server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  return { endpoint: `http://127.0.0.1:${server.port}`, stop: () => server.stop() };
}

describe.each([
  ['s3rver', startS3rver],
  ['fauxqs', startFauxS3],
])('%s, which knows no conditional writes', (name, start) => {
  const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
  const lines: { close(): Promise<unknown> }[] = [];
  const endpoints: string[] = [];
  let server: Running;
  let client: S3Client;

  beforeAll(async () => {
    server = await start();
    client = new S3Client({ region, credentials, endpoint: server.endpoint, forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket: 'bucket' }));
    const [fast, slow] = [await lossyProxy(server.endpoint), await lossyProxy(server.endpoint, { delay: 40 })];
    lines.push(fast, slow);
    endpoints.push(server.endpoint, fast.address, slow.address);
  });
  afterAll(async () => {
    for (const line of lines) await line.close();
    client.destroy();
    await server.stop();
  });

  const open = async (prefix: string, line = 0) =>
    s3Storage({ bucket: 'bucket', prefix, endpoint: endpoints[line]!, credentials, region });
  const put = (prefix: string) => (_storage: unknown, path: string, Body: string) =>
    client.send(new PutObjectCommand({ Bucket: 'bucket', Key: `${prefix}/${path}`, Body }));
  const stored = async () =>
    ((await client.send(new ListObjectsV2Command({ Bucket: 'bucket' }))).Contents ?? []).map(({ Key }) => Key);

  it('is refused, and nothing is published there, however the line is', async () => {
    for (const line of endpoints.keys()) {
      const repository = storedRepository(await open('x', line), { signer });
      const packages = [await samplePackage({ id: 'a', version: '1.0' })];
      await expect(repository.publish('testing', { who: 'ada', packages })).rejects.toMatchObject({
        code: 'storage-not-safe',
      });
      expect(await repository.listChannels()).toEqual([]);
    }
    expect((await stored()).filter((key) => key?.startsWith('x/'))).toEqual([]);
  });

  it('is refused at the command line with the code of a refusal', async () => {
    const env = {
      ...{ AWS_ENDPOINT_URL: server.endpoint, AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' },
      LOCKSTEP_REPOSITORY: 's3://bucket/y',
    };
    const { code, stderr } = await lockstep(['upload', 'examples/plugins'], { env });
    expect(stderr).toMatch(/^storage-not-safe: s3:\/\/bucket\/y cannot hold channels: it .*If-/m);
    expect(code).toBe(4);
  });

  for (const [line, how] of ['', ' over a fast line that loses answers', ' over a slow one'].entries()) {
    const folder = `${name}-${line}`;
    storageReads(
      `in it${how}`,
      (prefix) => open(`${folder}/${prefix}`, line),
      async (storage, path, content) => {
        const prefix = storage.address.slice('s3://bucket/'.length);
        await put(prefix)(storage, path, content);
      },
    );
  }
});

const other = process.env['LOCKSTEP_TEST_S3'];
if (other !== undefined) {
  let count = Date.now();
  const lines = [
    ['', other],
    [' over a fast line that loses answers', (await lossyProxy(other)).address],
    [' over a slow one', (await lossyProxy(other, { delay: 60 })).address],
  ] as const;
  const client = new S3Client({ region, endpoint: other, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: 'lockstep' })).catch((error: { name: string }) => {
    if (!error.name.startsWith('BucketAlready')) throw error;
  });
  for (const [how, endpoint] of lines) {
    const open = (lease: number) => s3Storage({ bucket: 'lockstep', prefix: `${count++}`, endpoint, region, lease });
    storageContract(`in ${other}${how}`, () => open(1000));
    repositoryContract(`in ${other}${how}`, async () => storedRepository(await open(2000), { signer }));
  }
}
