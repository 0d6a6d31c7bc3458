import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { channelSigner, folderStorage, initTrust, openChannel, renewChannels, storedRepository } from '../index.ts';
import { samplePackage } from '../testing/sample-packages.ts';

const who = 'ada';
const day = 24 * 60 * 60 * 1000;
const today = Date.now();

let base: string;
let folder: string;
let keys: string;
let clock: number;
const now = () => new Date(clock);
const storage = () => folderStorage(folder);
const timestampFile = () => join(folder, 'plugins/1/stable/metadata/timestamp.json');
const signer = () => channelSigner({ keys, now });
const renew = () => renewChannels(storage(), { keys, signer: signer(), who, now });

/** Publishes so many days ago, and comes back to today. */
async function publishedAgo(days: number): Promise<void> {
  clock = today - days * day;
  await initTrust(storage(), { keys, now });
  const repository = storedRepository(storage(), { signer: signer(), now });
  await repository.publish('stable', { who, packages: [await samplePackage({ id: 'a', version: '1.0' })] });
  clock = today;
}

const readOffer = () =>
  openChannel(join(folder, 'plugins/1/stable'), { trust: { folder: join(base, 'seen') } }).readOffer();

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'lockstep-renew-'));
  folder = join(base, 'repository');
  keys = join(base, 'keys');
});
afterEach(() => rm(base, { recursive: true }));

describe('signatures that come to their end', () => {
  it.each([
    [1, null],
    [5, 'timestamp'],
    [20, 'snapshot'],
    [300, 'targets'],
  ])('after %i days: %s is signed again, and clients that check go on', async (days, renewed) => {
    await publishedAgo(days);
    const before = await readFile(timestampFile(), 'utf8');
    expect(await renew()).toEqual([{ channel: 'stable', renewed, trouble: null }]);
    expect((await readFile(timestampFile(), 'utf8')) === before).toBe(renewed === null);
    expect((await readOffer()).index.get('a')?.version).toBe('1.0');
    expect(await renew()).toEqual([{ channel: 'stable', renewed: null, trouble: null }]);
  });

  it('are renewed by a server that holds no key but that of the timestamp, as far as it can, and it says what is missing', async () => {
    await publishedAgo(20);
    for (const role of ['root', 'targets', 'snapshot'])
      await rename(join(keys, `${role}-1.pem`), join(base, `${role}.pem`));
    const [renewal] = await renew();
    expect(renewal).toMatchObject({ renewed: 'timestamp', trouble: { code: 'signing-keys' } });
    expect((await readOffer()).signed).toBe(true);
  });

  it('are never given to what the keys had not signed', async () => {
    await publishedAgo(5);
    const file = timestampFile();
    const before = JSON.parse(await readFile(file, 'utf8'));
    const forged = { ...before, signed: { ...before.signed, version: 1000 } };
    await writeFile(file, JSON.stringify(forged));
    expect(await renew()).toMatchObject([{ renewed: null, trouble: { code: 'signature-not-valid' } }]);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(forged);
    await writeFile(file, 'no JSON');
    expect(await renew()).toMatchObject([{ renewed: null, trouble: { code: 'signature-not-valid' } }]);
  });

  it('pass by the number that a killed publisher had begun to use', async () => {
    await publishedAgo(20);
    const metadata = join(folder, 'plugins/1/stable/metadata');
    await cp(join(metadata, '1.snapshot.json'), join(metadata, '2.snapshot.json'));
    expect(await renew()).toMatchObject([{ renewed: 'snapshot' }]);
    expect(await readdir(metadata)).toContain('3.snapshot.json');
    expect((await readOffer()).signed).toBe(true);
  });

  it('are nobody’s business in a repository without a root', async () => {
    clock = today;
    const repository = storedRepository(storage(), { signer: channelSigner({ keys: null }) });
    await repository.publish('stable', { who, packages: [await samplePackage({ id: 'a', version: '1.0' })] });
    expect(await renew()).toEqual([]);
  });
});
