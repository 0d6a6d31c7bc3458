import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DataFolder, openDataFolder } from '../store/index.ts';
import { formatOperation, Host, type HostOptions, type OperationView } from './index.ts';
import { type ChannelFixture, pluginInfo, serveChannel } from './testing/channel-fixture.ts';

const work = await mkdtemp(join(tmpdir(), 'lockstep-host-'));
afterAll(() => rm(work, { recursive: true, force: true }));

const id = 'acme-phone';
const who = 'ada';
let channel: ChannelFixture;
let data: DataFolder;
let host: Host;
let folder = '';
let count = 0;

async function start(options: HostOptions = {}): Promise<void> {
  data = await openDataFolder(folder, { write: true });
  host = await Host.open(data, { limits: { answerMs: 2000, silenceMs: 500, totalMs: 3000 }, ...options });
}

async function restart(options: HostOptions = {}): Promise<void> {
  await host.close();
  await data.close();
  await start(options);
}

beforeEach(async () => {
  count += 1;
  folder = join(work, String(count));
  channel = await serveChannel();
  await channel.offer(id, '1.0', { 'entry.py': 'one', 'templates/base.tpl': 'a\nb\nc\nd\ne\n', 'old.txt': 'old' });
  await start();
  await host.settings.set('plugin_server', channel.url);
  await host.update().done;
});
afterEach(async () => {
  await host.close();
  await data.close();
  await channel.close();
});

const live = (path: string) => join(data.plugins, id, path);
const read = (path: string) => readFile(live(path), 'utf8');
const versionOf = () => host.plugins.get(id)?.release.version;
const install = () => host.install(id, { who }).done;
const upgrade = () => host.upgrade(id, { who }).done;

describe('the lists', () => {
  it('show what is offered, installed and upgradeable, in the server’s language', async () => {
    expect(host.installable('PHONE').map(({ id, version, installed }) => ({ id, version, installed }))).toEqual([
      { id, version: '1.0', installed: null },
    ]);
    expect(host.installable('nothing like it')).toEqual([]);
    await install();
    await channel.offer(id, '1.10', {});
    await host.update().done;
    await host.settings.set('locale', 'fr_CA');
    expect(host.installable()).toMatchObject([
      { id, version: '1.10', installed: '1.0', description: 'Greffon pour les Acme' },
    ]);
    expect(await host.installed('greffon')).toMatchObject([
      { id, version: '1.0', state: 'loaded', description: 'Greffon pour les Acme' },
    ]);
  });

  it('outlive a restart, and are empty while the plugin server is another one', async () => {
    await restart();
    expect(host.installable()).toHaveLength(1);
    await host.settings.set('plugin_server', 'http://127.0.0.1:1/stable/');
    expect(host.installable()).toEqual([]);
    await expect(install()).rejects.toMatchObject({ code: 'channel-not-set' });
  });

  it('find by device which plugin covers a vendor, model and firmware', async () => {
    await channel.offer('any-phone', '1.0', { 'plugin-info': pluginInfo('1.0', { capabilities: { '*, *, *': {} } }) });
    await channel.offer('acme-phone-old', '1.0', {
      'plugin-info': pluginInfo('1.0', { capabilities: { 'Acme, One, 0.9': {} } }),
    });
    await install();
    await host.update().done;
    const found = host.supporting({ vendor: 'acme', model: 'ONE', firmware: '1.0' });
    expect(found.map(({ id, match, installed }) => [id, match, installed])).toEqual([
      ['acme-phone', 'firmware', '1.0'],
      ['acme-phone-old', 'model', null],
      ['any-phone', 'any', null],
    ]);
    expect(host.supporting({ vendor: 'Other', model: 'X' }).map(({ id }) => id)).toEqual(['any-phone']);
  });
});

describe('an upgrade', () => {
  it('keeps the administrator’s files, merges customised templates and removes dropped files', async () => {
    await install();
    await writeFile(live('var/templates/base.tpl'), 'a\nmine\nc\nd\ne\n');
    await writeFile(live('var/installed/firmware'), 'big');
    await writeFile(live('var/tftpboot/boot.cfg'), 'x');
    await channel.offer(id, '1.1', { 'entry.py': 'two', 'templates/base.tpl': 'a\nb\nc\nd\nnew\n' });
    await host.update().done;
    const { userFiles, former } = await upgrade();
    expect({ former, userFiles }).toEqual({
      former: '1.0',
      userFiles: {
        kept: ['var/installed/firmware', 'var/tftpboot/boot.cfg'],
        merged: ['var/templates/base.tpl'],
        conflicts: [],
        replaced: [],
        dropped: ['old.txt'],
        aside: null,
      },
    });
    expect(await read('var/templates/base.tpl')).toBe('a\nmine\nc\nd\nnew\n');
    expect(await read('var/installed/firmware')).toBe('big');
    expect(await read('entry.py')).toBe('two');
    await expect(read('old.txt')).rejects.toThrow();
  });

  it('reports a template that both sides changed, and keeps the user’s text', async () => {
    await install();
    await writeFile(live('var/templates/base.tpl'), 'a\nmine\nc\nd\ne\n');
    await channel.offer(id, '1.1', { 'templates/base.tpl': 'a\nauthor\nc\nd\ne\n' });
    await host.update().done;
    const { userFiles, conflicts } = await upgrade();
    expect(userFiles.conflicts).toMatchObject([{ path: 'var/templates/base.tpl', stands: 'user' }]);
    expect(await read('var/templates/base.tpl')).toContain('mine');
    expect(await readFile(conflicts[0]!, 'utf8')).toBe(
      'a\n<<<<<<< customised\nmine\n=======\nauthor\n>>>>>>> new version\nc\nd\ne\n',
    );
    await writeFile(live('entry.py'), 'edited in place');
    await host.reload(id, { who: 'ada' }).done;
    const kept = await host.conflicts(id);
    expect(conflicts[0]!.startsWith(kept!)).toBe(true);
    expect(JSON.parse(await readFile(`${kept}.json`, 'utf8'))).toEqual({
      'var/templates/base.tpl': { base: 'a\nb\nc\nd\ne\n', mine: 'a\nmine\nc\nd\ne\n', stands: 'user' },
    });
  });

  it('[DO-6] is taken back with what had been edited before, and user files stay as they are today', async () => {
    await install();
    await writeFile(live('entry.py'), 'edited');
    await channel.offer(id, '1.1', { 'entry.py': 'two' });
    await host.update().done;
    expect((await upgrade()).userFiles.replaced).toEqual(['entry.py']);
    await writeFile(live('var/tftpboot/today'), 'x');
    await host.undo(id, { who }).done;
    expect([versionOf(), await read('entry.py'), await read('var/tftpboot/today')]).toEqual(['1.0', 'edited', 'x']);
    await host.undo(id, { who }).done;
    expect([versionOf(), await read('entry.py')]).toEqual(['1.1', 'two']);
  });

  it('[DO-7] to a lower version is refused', async () => {
    await install();
    await channel.offer(id, '0.9', {});
    await host.update().done;
    await expect(upgrade()).rejects.toMatchObject({ code: 'plugin-lower-version' });
    expect(versionOf()).toBe('1.0');
  });
});

describe('reload', () => {
  it('takes over what was edited at once and marks the plugin modified', async () => {
    await install();
    await writeFile(live('entry.py'), 'edited');
    await writeFile(live('extra.py'), 'new');
    await unlink(live('old.txt'));
    const report = await host.reload(id, { who }).done;
    expect(report).toMatchObject({ version: '1.0', changed: true });
    expect(report.modified).toEqual([
      { path: 'entry.py', change: 'changed' },
      { path: 'extra.py', change: 'added' },
      { path: 'old.txt', change: 'removed' },
    ]);
    expect(await readFile(join(await host.home(id), 'entry.py'), 'utf8')).toBe('edited');
    expect(await host.patch(id)).toContain('--- a/entry.py\n+++ b/entry.py\n@@ -1,1 +1,1 @@\n-one\n');
    expect((await host.reload(id, { who }).done).changed).toBe(false);
    await restart();
    expect(await read('entry.py')).toBe('edited');
    expect((await host.modified(id)).length).toBe(3);
  });

  it('follows a version that was edited in place', async () => {
    await install();
    await writeFile(live('plugin-info'), pluginInfo('1.0.1'));
    await host.reload(id, { who }).done;
    expect(versionOf()).toBe('1.0.1');
    await restart();
    expect([versionOf(), await read('plugin-info')]).toEqual(['1.0.1', pluginInfo('1.0.1')]);
  });

  it('of something unreadable keeps the loaded version and says why, with line and column', async () => {
    await install();
    await writeFile(live('plugin-info'), '{"version": "2.0",\n oops}');
    await expect(host.reload(id, { who }).done).rejects.toMatchObject({
      code: 'json-not-valid',
      where: { line: 2, column: 2 },
    });
    expect(versionOf()).toBe('1.0');
    expect(await host.installed()).toMatchObject([{ id, version: '1.0', state: 'broken' }]);
    await restart();
    expect([versionOf(), (await host.installed())[0]?.state]).toEqual(['1.0', 'broken']);
    await writeFile(live('plugin-info'), pluginInfo('2.0'));
    await host.reload(id, { who }).done;
    expect([versionOf(), (await host.installed())[0]?.state]).toEqual(['2.0', 'loaded']);
  });

  it('of code that Python cannot read names its file and line, as the old server did, and keeps what was loaded', async () => {
    await install();
    await mkdir(live('lib'), { recursive: true });
    await writeFile(live('lib/extra.py'), 'x = 1\ndef broken(\n');
    const reloaded = host.reload(id, { who }).done;
    if (spawnSync('python3', ['-I', '-c', 'pass']).status !== 0) return void (await reloaded);
    await expect(reloaded).rejects.toMatchObject({
      code: 'plugin-not-valid',
      message: expect.stringContaining('lib/extra.py, line 2:'),
      where: { file: live('lib/extra.py'), line: 2 },
    });
    expect(versionOf()).toBe('1.0');
    await writeFile(live('lib/extra.py'), 'x = 1\n');
    expect((await host.reload(id, { who }).done).changed).toBe(true);
  });

  it('while readers read: each sees one state, never a mixture', async () => {
    await install();
    let stop = false;
    let reads = 0;
    const mixtures: string[] = [];
    const text = (path: string) =>
      Buffer.from(host.plugin(id).release.tree.entries.find((entry) => entry.path === path)!.bytes!).toString();
    const reader = (async () => {
      while (!stop) {
        const { release } = host.plugin(id);
        const seen = [
          release.version,
          ...['a.txt', 'b.txt'].map((path) =>
            release.tree.entries.find((entry) => entry.path === path)?.bytes?.toString(),
          ),
        ];
        await new Promise((resolve) => setImmediate(resolve));
        reads += 1;
        if (release.version !== '1.0' && new Set(seen).size !== 1) mixtures.push(seen.join(' '));
      }
    })();
    for (let turn = 1; turn <= 15; turn++) {
      const version = `2.${turn}`;
      await Promise.all([
        writeFile(live('a.txt'), version),
        writeFile(live('b.txt'), version),
        writeFile(live('plugin-info'), pluginInfo(version)),
      ]);
      await host.reload(id, { who }).done;
    }
    stop = true;
    await reader;
    expect({ mixtures, last: text('a.txt') }).toEqual({ mixtures: [], last: '2.15' });
    expect(reads).toBeGreaterThan(15);
  });
});

describe('uninstall', () => {
  it('is refused while the plugin is used, with the list', async () => {
    await restart({ usesOf: async () => ({ count: 1, examples: ['Nightly deployment'] }) });
    await host.update().done;
    await install();
    await expect(host.uninstall(id, { who }).done).rejects.toMatchObject({
      code: 'plugin-in-use',
      message: expect.stringContaining('Nightly deployment'),
    });
    expect(versionOf()).toBe('1.0');
    await host.uninstall(id, { who, force: true }).done;
    expect(versionOf()).toBeUndefined();
  });

  it('keeps the administrator’s files aside', async () => {
    await install();
    await writeFile(live('var/templates/mine.tpl'), 'mine');
    const { keptAside } = await host.uninstall(id, { who }).done;
    expect(await readFile(join(keptAside!, 'var/templates/mine.tpl'), 'utf8')).toBe('mine');
    expect(await readdir(data.plugins)).not.toContain(id);
    expect(await host.installed()).toEqual([]);
  });
});

it('[DO-3] a former folder that a crash left half deleted is never taken for whole', async () => {
  await install();
  await channel.offer(id, '1.1', {});
  await host.update().done;
  await upgrade();
  await host.uninstall(id, { who }).done;
  const former = join(data.path, 'beside/former', id);
  await mkdir(former, { recursive: true });
  const marker = { id, version: '1.1', package: 'x'.repeat(64), loaded: [] };
  await writeFile(join(former, '.lockstep.json'), JSON.stringify(marker));
  await restart();
  expect(await readdir(join(data.path, 'beside/former'))).toEqual([]);
});

describe('the third way to test a change', () => {
  it.each([true, false])(
    'with cache_plugin %s: the same version rebuilt, uninstalled and installed has the new content',
    async (keep) => {
      await host.settings.set('cache_plugin', keep);
      await install();
      expect(await readdir(data.cache).catch(() => [])).toEqual(keep ? ['acme-phone-1.0.tar.bz2'] : []);
      await channel.offer(id, '1.0', { 'entry.py': 'rebuilt', 'var/tftpboot/firmware': 'new' });
      await host.update().done;
      await host.uninstall(id, { who }).done;
      await install();
      expect([await read('entry.py'), await read('var/tftpboot/firmware')]).toEqual(['rebuilt', 'new']);
    },
  );

  it('a package in the cache is not fetched again', async () => {
    await install();
    await host.uninstall(id, { who }).done;
    const before = channel.requests.length;
    await install();
    expect(channel.requests.slice(before)).toEqual([]);
    expect(await host.clearCache()).toBe(1);
  });
});

describe('broken folders', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['an empty one', () => mkdir(join(data.plugins, 'empty'))],
    [
      'a half unpacked one',
      async () => {
        await mkdir(join(data.plugins, 'half'));
        await writeFile(join(data.plugins, 'half', 'plugin-info'), '{"version": "1.');
      },
    ],
    [
      'one that nobody may read',
      async () => {
        await mkdir(join(data.plugins, 'closed'));
        await chmod(join(data.plugins, 'closed'), 0);
      },
    ],
  ])('%s is listed with its reason and breaks nothing else', async (_what, make) => {
    await make();
    await restart();
    await install();
    const listed = await host.installed();
    expect(listed.find((one) => one.id === id)).toMatchObject({ state: 'loaded' });
    expect(listed.find((one) => one.id !== id)).toMatchObject({
      state: 'broken',
      reason: expect.stringMatching(/\w{4}/),
    });
  });

  it('a folder put there by hand is taken over by reload', async () => {
    await mkdir(join(data.plugins, 'handmade'));
    await writeFile(join(data.plugins, 'handmade', 'plugin-info'), pluginInfo('0.1'));
    expect(await host.installed()).toMatchObject([
      { id: 'handmade', state: 'broken', reason: expect.stringContaining('reload') },
    ]);
    await host.reload('handmade', { who }).done;
    expect(await host.installed()).toMatchObject([{ id: 'handmade', version: '0.1', state: 'loaded' }]);
    await restart();
    expect(host.plugins.has('handmade')).toBe(true);
  });
});

describe('operations', () => {
  it('show their parts and progress in the old server’s words', async () => {
    const seen = new Set<string>();
    const stop = host.operations.watch((view: OperationView) => seen.add(formatOperation(view)));
    const { operation, done } = host.install(id, { who });
    await done;
    stop();
    const size = host.installable()[0]!.dsize;
    expect(formatOperation(operation.view())).toBe(
      `install|success(download|success;${size}/${size})(install|success)`,
    );
    expect([...seen][0]).toMatch(/^install\|(waiting|progress)/);
    expect([...seen]).toContain(`install|progress(download|progress;${size}/${size})(install|waiting)`);
  });

  it('keep the reason of a failure', async () => {
    const { operation, done } = host.install('unknown', { who });
    await expect(done).rejects.toMatchObject({ code: 'plugin-not-offered' });
    expect(operation.view()).toMatchObject({ state: 'fail', reason: { code: 'plugin-not-offered' } });
  });

  it('refuse to install twice and to upgrade what is not there', async () => {
    await expect(upgrade()).rejects.toMatchObject({ code: 'plugin-not-found' });
    await install();
    await expect(install()).rejects.toMatchObject({ code: 'plugin-installed' });
  });

  it('install many plugins at once', async () => {
    const ids = Array.from({ length: 20 }, (_, at) => `many-${at}`);
    for (const one of ids) await channel.offer(one, '1.0', {});
    await host.update().done;
    await Promise.all(ids.map((one) => host.install(one, { who }).done));
    expect((await host.installed('many-')).filter(({ state }) => state === 'loaded')).toHaveLength(20);
  });
});
