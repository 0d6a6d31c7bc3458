import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { channelSigner, folderStorage, s3Storage, storedRepository } from './index.ts';
import { repositoryContract } from './testing/repository-contract.ts';
import { startS3Server } from './testing/s3-server.ts';

let folder: string;
let s3: Awaited<ReturnType<typeof startS3Server>>;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-repository-'));
  s3 = await startS3Server({ pageSize: 3 });
});
afterAll(async () => {
  await s3.stop();
  await rm(folder, { recursive: true });
});

const signer = channelSigner({ keys: null });
const credentials = { accessKeyId: 'test', secretAccessKey: 'secret' };

repositoryContract('in a local folder', async () =>
  storedRepository(folderStorage(join(folder, `${count++}`)), { signer }),
);

repositoryContract('in S3-compatible storage that takes bare tags and loses answers', async () => {
  const server = await startS3Server({ tags: 'bare' });
  onTestFinished(() => server.stop());
  let writes = 0;
  server.loseAnswers(() => ++writes % 7 === 0);
  const { endpoint } = server;
  return storedRepository(await s3Storage({ bucket: 'bucket', prefix: 'x', endpoint, credentials, lease: 2000 }), {
    signer,
  });
});

repositoryContract('in S3-compatible storage', async () =>
  storedRepository(
    await s3Storage({ bucket: 'bucket', prefix: `${count++}`, endpoint: s3.endpoint, credentials, lease: 2000 }),
    { signer },
  ),
);
