import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestTree, readFolder } from '../package/index.ts';
import { type DataFolder, openDataFolder } from '../store/index.ts';
import { Host } from './index.ts';
import { type ChannelFixture, pluginInfo, serveChannel } from './testing/channel-fixture.ts';

const work = await mkdtemp(join(tmpdir(), 'lockstep-adopted-'));
afterAll(() => rm(work, { recursive: true, force: true }));

const id = 'acme-phone';
const who = 'ada';
let channel: ChannelFixture;
let data: DataFolder;
let host: Host;
let plugins = '';
let count = 0;

/** What version 1.0 brings. */
const brought = { 'entry.py': 'one', 'templates/base.tpl': 'a\nb\nc\n', 'var/tftpboot/logo': 'old', 'old.txt': 'old' };
/** What an administrator has put and changed, in every place. */
const own = {
  'common.py': 'mine',
  'entry.py': 'edited',
  'var/templates/mine.tpl': 'mine',
  'var/templates/base.tpl': 'a\nB\nc\n',
  'var/tftpboot/fw.bin': 'firmware',
  'var/tftpboot/logo': 'my logo',
  'var/installed/fw': 'x',
  'var/cache/fw.zip': 'zip',
  'var/notes': 'note',
};

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(plugins, id, path)), { recursive: true });
    await writeFile(join(plugins, id, path), text);
  }
}

const read = (path: string) => readFile(join(plugins, id, path), 'utf8');
const userFiles = Object.keys(own).filter((path) => path.startsWith('var/'));
const expectOwn = async (merged = own['var/templates/base.tpl']) => {
  for (const path of userFiles) {
    const wanted = path === 'var/templates/base.tpl' ? merged : own[path as keyof typeof own];
    expect([path, await read(path)]).toEqual([path, wanted]);
  }
};

beforeEach(async () => {
  count += 1;
  const folder = join(work, String(count));
  plugins = join(work, `${count}-old`, 'plugins');
  await put({ ...brought, 'plugin-info': pluginInfo('1.0'), ...own });
  await symlink('/srv/no-such-firmware', join(plugins, id, 'var/tftpboot/linked'));
  await chmod(join(plugins, id, 'var/tftpboot/fw.bin'), 0o600);
  await writeFile(join(plugins, 'plugins.db'), '{}');
  channel = await serveChannel();
  await channel.offer(id, '1.0', brought);
  data = await openDataFolder(folder, { write: true });
  host = await Host.open(data, { settings: { commandLine: { plugins_dir: plugins, plugin_server: channel.url } } });
  await host.update().done;
});
afterEach(async () => {
  await host.close();
  await data.close();
  await channel.close();
});

const offer = async (version: string) => {
  await channel.offer(id, version, {
    'entry.py': 'new',
    'templates/base.tpl': 'a\nb\nC\n',
    'var/tftpboot/logo': 'new',
  });
  await host.update().done;
};

describe('a folder of an old server', () => {
  it('loses nothing by an install over it, and what is replaced lies aside', async () => {
    await offer('2.0');
    await rm(join(data.path, 'cache'), { recursive: true, force: true });
    channel.answer(`${id}-1.0.tar.bz2`, (_request, response) => void response.writeHead(404).end());
    const { userFiles } = await host.install(id, { who }).done;
    await expectOwn();
    expect(userFiles.kept).toEqual(expect.arrayContaining([...userFiles.kept, 'var/tftpboot/linked']));
    expect(userFiles.replaced).toEqual(['common.py', 'entry.py', 'old.txt', 'plugin-info', 'templates/base.tpl']);
    expect(await readFile(join(userFiles.aside!, 'entry.py'), 'utf8')).toBe('edited');
    expect((await stat(join(plugins, id, 'var/tftpboot/fw.bin'))).mode & 0o777).toBe(0o600);
  });

  it('loses nothing by reload and upgrades when its package is nowhere', async () => {
    await offer('2.0');
    channel.answer(`${id}-1.0.tar.bz2`, (_request, response) => void response.writeHead(404).end());
    const { problems } = await host.reload(id, { who }).done;
    expect(problems).toMatchObject([{ code: 'origin-unknown' }]);
    const { userFiles } = await host.upgrade(id, { who }).done;
    await expectOwn();
    expect(await readFile(join(userFiles.aside!, 'common.py'), 'utf8')).toBe('mine');
    await offer('3.0');
    await host.upgrade(id, { who }).done;
    await expectOwn();
  });

  it('is compared with the package of its version where the channel still has it under its usual name', async () => {
    await offer('2.0');
    const { problems, modified } = await host.reload(id, { who }).done;
    expect(problems).toEqual([]);
    expect(modified).toEqual([
      { path: 'common.py', change: 'added' },
      { path: 'entry.py', change: 'changed' },
    ]);
    const { userFiles } = await host.upgrade(id, { who }).done;
    await expectOwn('a\nB\nc\n');
    expect(userFiles).toMatchObject({ replaced: ['common.py', 'entry.py'], dropped: ['old.txt'] });
    expect(userFiles.conflicts).toMatchObject([{ path: 'var/templates/base.tpl', stands: 'user' }]);
    await host.undo(id, { who }).done;
    expect([await read('entry.py'), await read('common.py')]).toEqual(['edited', 'mine']);
  });

  it('gets nothing beside its plugins, and a file among them is no broken plugin', async () => {
    await offer('2.0');
    await host.reload(id, { who }).done;
    await host.upgrade(id, { who }).done;
    expect((await readdir(plugins)).sort()).toEqual([id, 'plugins.db']);
    expect((await host.installed()).map((one) => one.id)).toEqual([id]);
  });

  it('keeps aside at uninstalling what its package did not bring, replaced files too', async () => {
    await host.reload(id, { who }).done;
    const { keptAside } = await host.uninstall(id, { who }).done;
    for (const [path, text] of Object.entries(own)) expect(await readFile(join(keptAside!, path), 'utf8')).toBe(text);
    expect(existsSync(join(keptAside!, 'old.txt'))).toBe(false);
  });
});

it('folders that an earlier version left among the plugins are moved beside, and undo still finds them', async () => {
  await host.reload(id, { who }).done;
  await offer('2.0');
  await host.upgrade(id, { who }).done;
  await host.close();
  await mkdir(join(plugins, '.former'), { recursive: true });
  await rename(join(data.path, 'beside/former', id), join(plugins, '.former', id));
  host = await Host.open(data, { settings: { commandLine: { plugins_dir: plugins, plugin_server: channel.url } } });
  expect((await readdir(plugins)).sort()).toEqual([id, 'plugins.db']);
  await host.undo(id, { who }).done;
  expect(await read('entry.py')).toBe('edited');
});

it('a link of the administrator’s where the new version has a folder stops the upgrade before anything changes', async () => {
  await rm(join(plugins, id, 'var/tftpboot'), { recursive: true });
  await symlink('/srv/no-such-folder', join(plugins, id, 'var/tftpboot'));
  await host.reload(id, { who }).done;
  await offer('2.0');
  const before = digestTree(await readFolder(join(plugins, id), { root: null, mayLeave: () => true }));
  await expect(host.upgrade(id, { who }).done).rejects.toMatchObject({ code: 'plugin-conflict' });
  expect(digestTree(await readFolder(join(plugins, id), { root: null, mayLeave: () => true }))).toBe(before);
});

describe.skipIf(!existsSync('/dev/shm'))('plugins on another file system (skipped where there is no /dev/shm)', () => {
  it('are moved by whole copies', async () => {
    const far = await mkdtemp('/dev/shm/lockstep-plugins-');
    await host.close();
    host = await Host.open(data, { settings: { commandLine: { plugins_dir: far, plugin_server: channel.url } } });
    plugins = far;
    await host.install(id, { who }).done;
    await writeFile(join(far, id, 'var/tftpboot/fw.bin'), 'firmware');
    await offer('2.0');
    await host.upgrade(id, { who }).done;
    expect([await readdir(far), await read('entry.py'), await read('var/tftpboot/fw.bin')]).toEqual([
      [id],
      'new',
      'firmware',
    ]);
    await host.undo(id, { who }).done;
    expect([await readdir(far), await read('entry.py')]).toEqual([[id], 'one']);
    await rm(far, { recursive: true });
  });
});
