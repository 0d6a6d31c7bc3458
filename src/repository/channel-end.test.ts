import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { channelSigner, folderStorage, openChannel, removeEndedChannels, storedRepository } from './index.ts';
import { samplePackage } from './testing/sample-packages.ts';

const folder = await mkdtemp(join(tmpdir(), 'lockstep-ends-'));
afterAll(() => rm(folder, { recursive: true }));

const who = 'ada';

describe('a channel with an end', () => {
  let now = new Date('2030-01-01T00:00:00Z');
  const repository = storedRepository(folderStorage(folder), {
    signer: channelSigner({ keys: null }),
    now: () => now,
  });
  const packages = async (version: string) => [await samplePackage({ id: 'a', version })];
  const problems = async (name: string) =>
    (await openChannel(join(folder, 'plugins/1', name), { now: () => now }).readOffer()).problems;

  it('tells its readers, takes no more once it has ended unless it is to live on, and is removed then', async () => {
    for (const [name, days] of [
      ['pr-1', 2],
      ['pr-2', 9],
      ['testing', undefined],
    ] as const) {
      await repository.publish(name, { who, packages: await packages('1'), ...(days && { days }) });
    }
    expect(await problems('pr-1')).toMatchObject([
      { code: 'channel-ends', severity: 'notice', message: expect.stringContaining('2030-01-03') },
    ]);
    expect(await problems('testing')).toEqual([]);
    const removeEnded = async () =>
      (await removeEndedChannels(repository, { who, now })).map(({ channel, ends }) => [channel, ends]);
    expect(await removeEnded()).toEqual([]);
    now = new Date('2030-01-03T00:00:00Z');
    expect(await problems('pr-1')).toMatchObject([{ code: 'channel-ends', severity: 'warning' }]);
    await expect(repository.publish('pr-1', { who, packages: await packages('2') })).rejects.toMatchObject({
      code: 'channel-ended',
    });
    // the same again, so that nothing changes but the end
    const renewed = await repository.publish('pr-1', { who, packages: await packages('1'), days: 1 });
    expect([renewed.generation, renewed.ends]).toEqual([null, '2030-01-04T00:00:00.000Z']);
    expect(await removeEnded()).toEqual([]);
    now = new Date('2030-01-04T00:00:00Z');
    expect(await removeEnded()).toEqual([['pr-1', '2030-01-04T00:00:00.000Z']]);
    expect(await readdir(join(folder, 'plugins/1/pr-1'), { recursive: true })).not.toContain('a-1.tar.bz2');
    expect((await repository.listChannels()).map(({ name }) => name)).toEqual(['pr-2', 'testing']);
  });

  it('keeps its end when garbage is collected', async () => {
    await repository.collectGarbage('pr-2', { who, keep: 1 });
    expect((await repository.readOffer('pr-2')).ends).toBe('2030-01-10T00:00:00.000Z');
  });
});
