import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { channelSigner, folderStorage, type Repository, storedRepository } from './index.ts';
import { samplePackage } from './testing/sample-packages.ts';

const who = 'ada';
let channel: string;
let repository: Repository;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-old-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  channel = join(folder, 'plugins/1/stable');
  await mkdir(channel, { recursive: true });
  repository = storedRepository(folderStorage(folder), { signer: channelSigner({ keys: null }) });
});

async function offeredByHand(index: object): Promise<void> {
  await writeFile(join(channel, 'plugins.db'), JSON.stringify(index));
}

describe('a channel that other tools write too', () => {
  it('keeps an entry that cannot be read when it is published to', async () => {
    const strange = { version: 7, filename: 'strange.tar.bz2' };
    await offeredByHand({ strange });
    await repository.publish('stable', { who, packages: [await samplePackage({ id: 'a', version: '1' })] });
    const { index, problems, text } = await repository.readOffer('stable');
    expect([...index.keys()]).toEqual(['a']);
    expect(problems).toMatchObject([{ code: 'index-entry-not-valid' }]);
    expect(JSON.parse(text).strange).toEqual(strange);
    await repository.publish('stable', { who, packages: [await samplePackage({ id: 'strange', version: '8' })] });
    expect(await repository.readOffer('stable')).toMatchObject({ problems: [] });
  });

  it('records what another tool changed as a generation of its own, which can be put back', async () => {
    await repository.publish('stable', { who, packages: [await samplePackage({ id: 'a', version: '1' })] });
    const entry = JSON.parse(await readFile(join(channel, 'plugins.db'), 'utf8')).a;
    await offeredByHand({ a: entry, byhand: { ...entry, description: 'By hand.' } });
    await repository.publish('stable', { who, packages: [await samplePackage({ id: 'b', version: '1' })] });
    expect(
      (await repository.history('stable')).map(({ action, changes }) => [action, changes.map(({ id }) => id)]),
    ).toEqual([
      ['publish', ['a']],
      ['outside', ['byhand']],
      ['publish', ['b']],
    ]);
    await repository.restore('stable', { who, generation: 2 });
    expect([...(await repository.readOffer('stable')).index.keys()]).toEqual(['a', 'byhand']);
  });

  it('forgets a record that never took effect, and publishes over what its killed writer left', async () => {
    await repository.publish('stable', { who, packages: [await samplePackage({ id: 'a', version: '1' })] });
    await writeFile(
      join(channel, 'history/pending.json'),
      JSON.stringify({ generation: 2, index: 'f'.repeat(64), changes: [] }),
    );
    await writeFile(join(channel, 'b-1.tar.bz2'), 'half a package');
    await repository.publish('stable', { who, packages: [await samplePackage({ id: 'b', version: '1' })] });
    expect((await repository.history('stable')).map(({ action }) => action)).toEqual(['publish', 'publish']);
    expect((await repository.verify('stable')).problems).toEqual([]);
    expect(await readdir(join(channel, 'history'))).not.toContain('pending.json');
  });

  it('mends a package that the disk spoilt when the same bytes are published again', async () => {
    const packages = [await samplePackage({ id: 'a', version: '1' })];
    await repository.publish('stable', { who, packages });
    await writeFile(join(channel, 'a-1.tar.bz2'), 'spoilt');
    expect((await repository.verify('stable')).problems).toHaveLength(1);
    await repository.publish('stable', { who, packages });
    expect((await repository.verify('stable')).problems).toEqual([]);
  });
});
