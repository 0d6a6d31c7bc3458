import { describe, expect, it } from 'vitest';
import { compareOffers, formatIndex, type Repository } from '../index.ts';
import { samplePackage } from './sample-packages.ts';

const who = 'ada';

async function offered(repository: Repository, channel: string): Promise<Record<string, string>> {
  const { index } = await repository.readOffer(channel);
  return Object.fromEntries([...index.values()].map(({ id, version }) => [id, version]).sort());
}

/** What every repository promises, whatever keeps its files. `open` gives an empty one. */
export function repositoryContract(name: string, open: () => Promise<Repository>): void {
  describe(`a repository ${name}`, () => {
    it('publishes packages, and offers their bytes', async () => {
      const repository = await open();
      const sent = await samplePackage({ id: 'spa-7.5', version: '0.4', family: 'spa' });
      const { generation } = await repository.publish('testing', { who, why: 'first', packages: [sent] });
      expect(generation).toMatchObject({ generation: 1, action: 'publish', why: 'first', plugins: 1 });
      const { index, problems } = await repository.readOffer('testing');
      expect(problems).toEqual([]);
      const entry = index.get('spa-7.5')!;
      expect(entry).toMatchObject({ version: '0.4', filename: 'spa-7.5-0.4.tar.bz2', family: 'spa' });
      const bytes = await repository.readPackage('testing', entry);
      expect(Buffer.compare(bytes, sent.content as Uint8Array)).toBe(0);
    });

    it('keeps what others published when somebody adds to it', async () => {
      const repository = await open();
      await repository.publish('testing', { who, packages: [await samplePackage({ id: 'a', version: '1.0' })] });
      await repository.publish('testing', { who: 'bob', packages: [await samplePackage({ id: 'b', version: '1.0' })] });
      expect(await offered(repository, 'testing')).toEqual({ a: '1.0', b: '1.0' });
    });

    it('loses nothing when several publish at once', async () => {
      const repository = await open();
      await Promise.all(
        ['a', 'b', 'c', 'd'].map(async (id) =>
          repository.publish('testing', { who: id, packages: [await samplePackage({ id, version: '1.0' })] }),
        ),
      );
      expect(Object.keys(await offered(repository, 'testing'))).toEqual(['a', 'b', 'c', 'd']);
      expect((await repository.history('testing')).map(({ generation }) => generation)).toEqual([1, 2, 3, 4]);
    });

    it('changes nothing when the same is published again', async () => {
      const repository = await open();
      const packages = [await samplePackage({ id: 'a', version: '1.0' })];
      await repository.publish('testing', { who, packages });
      expect((await repository.publish('testing', { who, packages })).generation).toBeNull();
    });

    it('refuses a version with other bytes, and then publishes nothing of the lot', async () => {
      const repository = await open();
      await repository.publish('testing', { who, packages: [await samplePackage({ id: 'a', version: '1.0' })] });
      const packages = [
        await samplePackage({ id: 'b', version: '1.0' }),
        await samplePackage({ id: 'a', version: '1.0', text: 'changed\n' }),
      ];
      await expect(repository.publish('testing', { who, packages })).rejects.toMatchObject({
        code: 'version-published',
      });
      expect(await offered(repository, 'testing')).toEqual({ a: '1.0' });
    });

    it('publishes the rest where asked, and says of each that it leaves out why', async () => {
      const repository = await open();
      await repository.publish('testing', { who, packages: [await samplePackage({ id: 'a', version: '1.0' })] });
      const cut = await samplePackage({ id: 'cut', version: '1.0' });
      const packages = [
        { ...cut, content: (cut.content as Uint8Array).subarray(0, 100) },
        await samplePackage({ id: 'a', version: '1.0', text: 'changed\n' }),
        await samplePackage({ id: 'b', version: '1.0' }),
      ];
      const { generation, problems } = await repository.publish('testing', { who, packages, partly: true });
      expect(generation).toMatchObject({ generation: 2, changes: [{ id: 'b', after: '1.0' }] });
      expect(problems).toMatchObject([
        { code: 'package-not-readable', severity: 'error', message: expect.stringContaining('cut-1.0') },
        { code: 'version-published', severity: 'error', message: expect.stringContaining('a 1.0') },
      ]);
      expect(await offered(repository, 'testing')).toEqual({ a: '1.0', b: '1.0' });
    });

    it('changes nothing where every package is left out', async () => {
      const repository = await open();
      await repository.publish('testing', { who, packages: [await samplePackage({ id: 'a', version: '1.0' })] });
      await repository.publish('testing', { who, packages: [await samplePackage({ id: 'b', version: '1.0' })] });
      const packages = [
        await samplePackage({ id: 'a', version: '1.0', text: 'changed\n' }),
        await samplePackage({ id: 'b', version: '1.0', text: 'changed\n' }),
      ];
      const { generation, problems } = await repository.publish('testing', { who, packages, partly: true });
      expect(generation).toBeNull();
      expect(problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
        'error version-published',
        'error version-published',
      ]);
    });

    it('lets a version change in dev, under a file name of its own', async () => {
      const repository = await open();
      await repository.publish('dev', { who, packages: [await samplePackage({ id: 'a', version: '1.0' })] });
      const before = (await repository.readOffer('dev')).index.get('a')!;
      const changed = await samplePackage({ id: 'a', version: '1.0', text: 'changed\n' });
      await repository.publish('dev', { who, packages: [changed] });
      const after = (await repository.readOffer('dev')).index.get('a')!;
      expect(after.filename).not.toBe(before.filename);
      expect(Buffer.compare(await repository.readPackage('dev', after), changed.content as Uint8Array)).toBe(0);
      await repository.readPackage('dev', before);
    });

    it('leaves a lower version out and says so', async () => {
      const repository = await open();
      await repository.publish('testing', { who, packages: [await samplePackage({ id: 'a', version: '0.10' })] });
      const { generation, problems } = await repository.publish('testing', {
        who,
        packages: [await samplePackage({ id: 'a', version: '0.9' })],
      });
      expect(generation).toBeNull();
      expect(problems).toMatchObject([{ code: 'version-lower', severity: 'warning' }]);
    });

    it('writes an index without our keys when asked to', async () => {
      const repository = await open();
      await repository.publish('testing', {
        who,
        packages: [await samplePackage({ id: 'a', version: '1.0', family: 'f' })],
        extraKeys: false,
      });
      const { text, index } = await repository.readOffer('testing');
      expect(Object.keys(JSON.parse(text).a)).toEqual([
        'capabilities',
        'description',
        'dsize',
        'filename',
        'sha1sum',
        'version',
      ]);
      expect(text).toBe(formatIndex(index, { extraKeys: false }));
    });

    it('promotes a family with the very bytes, archives what leaves, and can be put back', async () => {
      const repository = await open();
      const old = await samplePackage({ id: 'spa-1', version: '0.4', family: 'spa' });
      await repository.publish('stable', { who, packages: [old] });
      const packages = [
        await samplePackage({ id: 'spa-1', version: '0.5', family: 'spa' }),
        await samplePackage({ id: 'pap2t-1', version: '0.5', family: 'spa' }),
        await samplePackage({ id: 'other', version: '1.0', family: 'x' }),
      ];
      await repository.publish('testing', { who, packages });
      const { generation } = await repository.promote({
        who,
        why: 'tested',
        from: 'testing',
        to: 'stable',
        what: ['spa'],
      });
      expect(generation).toMatchObject({
        action: 'promote',
        from: { channel: 'testing', generation: 1 },
        changes: [
          { id: 'pap2t-1', before: null, after: '0.5' },
          { id: 'spa-1', before: '0.4', after: '0.5' },
        ],
      });
      const stable = (await repository.readOffer('stable')).index;
      expect(stable.get('spa-1')).toEqual((await repository.readOffer('testing')).index.get('spa-1'));
      await repository.readPackage('stable', stable.get('spa-1')!);
      expect(await offered(repository, 'archive')).toEqual({ 'spa-1': '0.4' });

      await repository.restore('stable', { who, generation: 1 });
      expect(await offered(repository, 'stable')).toEqual({ 'spa-1': '0.4' });
      expect((await repository.history('stable')).map(({ action }) => action)).toEqual([
        'publish',
        'promote',
        'restore',
      ]);
    });

    it('promotes nothing when the gate finds an error, and says what it found', async () => {
      const repository = await open();
      await repository.publish('testing', { who, packages: [await samplePackage({ id: 'a', version: '1.0' })] });
      const refused = repository.promote({
        who,
        from: 'testing',
        to: 'stable',
        what: ['a'],
        gate: async ({ entry, readPackage }) => [
          { code: 'x', severity: 'error', message: `${entry.id} has ${(await readPackage()).length > 0} faults.` },
        ],
      });
      await expect(refused).rejects.toMatchObject({ code: 'promotion-refused', message: /a has true faults/ });
      await expect(repository.readOffer('stable')).rejects.toMatchObject({ code: 'channel-not-found' });
    });

    it('says in its report what the gate warned of', async () => {
      const repository = await open();
      await repository.publish('testing', { who, packages: [await samplePackage({ id: 'a', version: '1.0' })] });
      const report = await repository.promote({
        who,
        from: 'testing',
        to: 'stable',
        what: ['a'],
        gate: async ({ entry }) => [{ code: 'x', severity: 'warning', message: `Look at ${entry.id}.` }],
      });
      expect(report.problems).toMatchObject([{ code: 'x', message: 'Look at a.' }]);
    });

    it('refuses to promote a plugin that is lower than what is offered', async () => {
      const repository = await open();
      await repository.publish('testing', { who, packages: [await samplePackage({ id: 'a', version: '1.9' })] });
      await repository.publish('stable', { who, packages: [await samplePackage({ id: 'a', version: '1.10' })] });
      const request = { who, from: 'testing', to: 'stable' };
      await expect(repository.promote({ ...request, what: ['a'] })).rejects.toMatchObject({
        code: 'plugin-lower-version',
      });
      expect(await repository.promote({ ...request, what: [] })).toMatchObject({
        generation: null,
        problems: [{ code: 'version-lower' }],
      });
      await expect(repository.promote({ ...request, what: ['nope'] })).rejects.toMatchObject({
        code: 'plugin-not-found',
      });
    });

    it('yanks with a reason, puts an earlier version in its place, and does not take the yanked one again', async () => {
      const repository = await open();
      const bad = await samplePackage({ id: 'a', version: '1.1' });
      await repository.publish('stable', { who, packages: [await samplePackage({ id: 'a', version: '1.0' })] });
      await repository.publish('stable', { who, packages: [bad] });
      await repository.yank('stable', { who, plugins: ['a'], why: 'It reboots phones.', replacement: '1.0' });
      expect(await offered(repository, 'stable')).toEqual({ a: '1.0' });
      const again = await repository.publish('stable', { who, packages: [bad] });
      expect(again).toMatchObject({ generation: null, problems: [{ code: 'version-yanked' }] });
      expect(again.problems[0]?.message).toContain('It reboots phones.');
      await repository.restore('stable', { who, generation: 2 });
      expect(await offered(repository, 'stable')).toEqual({ a: '1.1' });
    });

    it('archives a plugin with all its former versions at hand', async () => {
      const repository = await open();
      for (const version of ['1.9', '1.10']) {
        await repository.publish('stable', { who, packages: [await samplePackage({ id: 'a', version })] });
        await repository.archive('stable', { who, plugins: ['a'] });
      }
      expect(await offered(repository, 'stable')).toEqual({});
      const entry = (await repository.readOffer('archive')).index.get('a')!;
      expect(entry.version).toBe('1.10');
      expect(entry.fields['versions']).toMatchObject([{ version: '1.9', filename: 'a-1.9.tar.bz2' }]);
      expect(await repository.verify('archive')).toEqual({ checked: 2, problems: [] });
      await expect(repository.archive('stable', { who, plugins: ['a'] })).rejects.toMatchObject({
        code: 'plugin-not-found',
      });
    });

    it('collects the packages that no kept generation names', async () => {
      const repository = await open();
      for (const version of ['1', '2', '3']) {
        await repository.publish('testing', { who, packages: [await samplePackage({ id: 'a', version })] });
      }
      const dry = await repository.collectGarbage('testing', { who, keep: 2, dryRun: true });
      expect(dry.removed.map(({ filename }) => filename)).toEqual(['a-1.tar.bz2']);
      expect(await repository.collectGarbage('testing', { who, keep: 1 })).toMatchObject({
        removed: [{ filename: 'a-1.tar.bz2' }, { filename: 'a-2.tar.bz2' }],
        kept: 1,
      });
      expect(await repository.verify('testing')).toEqual({ checked: 1, problems: [] });
      await expect(repository.restore('testing', { who, generation: 1 })).rejects.toMatchObject({
        code: 'generation-cleared',
        message: expect.stringContaining('a-1.tar.bz2'),
      });
      await expect(repository.restore('testing', { who, generation: 9 })).rejects.toMatchObject({
        code: 'generation-not-found',
      });
    });

    it('reads what a channel offered in any generation, and what two offers differ in', async () => {
      const repository = await open();
      for (const version of ['1.9', '1.10']) {
        await repository.publish('testing', { who, packages: [await samplePackage({ id: 'a', version })] });
      }
      const [first, second] = await Promise.all(
        [1, 2].map((generation) => repository.readGeneration('testing', generation)),
      );
      expect(compareOffers(first!, second!)).toMatchObject([
        { id: 'a', first: '1.9', second: '1.10', kind: 'second-higher' },
      ]);
    });

    it('lists its channels, and says which do not exist', async () => {
      const repository = await open();
      await repository.publish('testing', { who, packages: [await samplePackage({ id: 'a', version: '1' })] });
      expect(await repository.listChannels()).toMatchObject([
        { name: 'testing', plugins: 1, generation: 1, signed: false },
      ]);
      await expect(repository.readOffer('stable')).rejects.toMatchObject({ code: 'channel-not-found' });
      await expect(repository.history('stable')).rejects.toMatchObject({ code: 'channel-not-found' });
      await expect(repository.readOffer('../etc')).rejects.toMatchObject({ code: 'usage' });
    });

    it('keeps a channel of its own for some days, in which a version may come again, and removes it whole', async () => {
      const repository = await open();
      const version = async (text: string) => [await samplePackage({ id: 'a', version: '1', text })];
      await repository.publish('testing', { who, packages: await version('as it was') });
      const { ends } = await repository.publish('pr-312', { who, days: 14, packages: await version('one') });
      expect(Date.parse(ends!) - Date.now()).toBeGreaterThan(13.9 * 86_400_000);
      expect((await repository.readOffer('pr-312')).ends).toBe(ends);
      expect((await repository.listChannels()).map((one) => [one.name, one.ends])).toEqual([
        ['pr-312', ends],
        ['testing', null],
      ]);
      await repository.publish('pr-312', { who, packages: await version('two') });
      const entry = (await repository.readOffer('pr-312')).index.get('a')!;
      const bytes = await repository.readPackage('pr-312', entry);
      expect(Buffer.compare(bytes, (await version('two'))[0]!.content as Uint8Array)).toBe(0);
      const lasting = { code: 'channel-lasts' };
      await expect(
        repository.publish('testing', { who, days: 3, packages: await version('three') }),
      ).rejects.toMatchObject(lasting);
      await expect(repository.removeChannel('testing', { who })).rejects.toMatchObject(lasting);
      await expect(repository.removeChannel('archive', { who, lasting: true })).rejects.toMatchObject(lasting);
      await expect(repository.removeChannel('pr-312', { who, ended: true })).rejects.toMatchObject(lasting);
      await expect(repository.removeChannel('pr-313', { who })).rejects.toMatchObject({ code: 'channel-not-found' });
      const removed = await repository.removeChannel('pr-312', { who });
      expect([removed.channel, removed.ends, removed.files > 4]).toEqual(['pr-312', ends, true]);
      expect((await repository.listChannels()).map(({ name }) => name)).toEqual(['testing']);
      await expect(repository.readOffer('pr-312')).rejects.toMatchObject({ code: 'channel-not-found' });
      const again = await repository.publish('pr-312', { who, days: 1, packages: await version('new') });
      // numbers and names go on where they were, so that nothing of the former channel is taken for one of this
      expect(again.generation?.generation).toBe(3);
      expect([again.ends, (await repository.history('pr-312')).map(({ generation }) => generation)]).toEqual([
        (await repository.readOffer('pr-312')).ends,
        [2, 3],
      ]);
      await repository.removeChannel('testing', { who, lasting: true });
      expect((await repository.listChannels()).map(({ name }) => name)).toEqual(['pr-312']);
    });

    it('refuses a package that is none, and publishes nothing', async () => {
      const repository = await open();
      const packages = [
        await samplePackage({ id: 'a', version: '1' }),
        { name: 'b.tar.bz2', content: new TextEncoder().encode('no archive at all') },
      ];
      await expect(repository.publish('testing', { who, packages })).rejects.toMatchObject({
        code: 'package-not-readable',
      });
      await expect(repository.readOffer('testing')).rejects.toMatchObject({ code: 'channel-not-found' });
    });
  });
}
