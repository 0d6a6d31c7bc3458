/** Against servers that nobody here wrote: s3rver, and whichever one LOCKSTEP_TEST_S3 names. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channelSigner, s3Storage, storedRepository } from '../src/repository/index.ts';
import { repositoryContract } from '../src/repository/testing/repository-contract.ts';
import { samplePackage } from '../src/repository/testing/sample-packages.ts';
import { lockstep } from './journey/lockstep.ts';

interface S3rver {
  run(): Promise<{ port: number }>;
  close(): Promise<void>;
}

const signer = channelSigner({ keys: null });

describe('s3rver, which knows no conditional writes', () => {
  const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
  let folder: string;
  let server: S3rver;
  let endpoint: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lockstep-s3rver-'));
    const Server = createRequire(import.meta.url)('s3rver') as new (options: object) => S3rver;
    const options = { port: 0, silent: true, directory: folder, configureBuckets: [{ name: 'bucket', configs: [] }] };
    server = new Server(options);
    endpoint = `http://127.0.0.1:${(await server.run()).port}`;
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  const open = async (prefix: string) =>
    storedRepository(await s3Storage({ bucket: 'bucket', prefix, endpoint, credentials }), { signer });

  it('is refused, and nothing is published there', async () => {
    const repository = await open('x');
    const packages = [await samplePackage({ id: 'a', version: '1.0' })];
    await expect(repository.publish('testing', { who: 'ada', packages })).rejects.toMatchObject({
      code: 'storage-not-safe',
    });
    expect(await repository.listChannels()).toEqual([]);
    expect(await readdir(join(folder, 'bucket'))).toEqual([]);
  });

  it('is refused at the command line with the code of a refusal', async () => {
    const env = {
      ...{ AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' },
      LOCKSTEP_REPOSITORY: 's3://bucket/y',
    };
    const { code, stderr } = await lockstep(['upload', 'examples/plugins'], { env });
    expect(stderr).toMatch(/^storage-not-safe: s3:\/\/bucket\/y cannot hold channels: it .*If-/m);
    expect(code).toBe(4);
  });
});

const other = process.env['LOCKSTEP_TEST_S3'];
if (other !== undefined) {
  let count = Date.now();
  repositoryContract(`in ${other}`, async () =>
    storedRepository(await s3Storage({ bucket: 'lockstep', prefix: `${count++}`, endpoint: other, lease: 2000 }), {
      signer,
    }),
  );
}
