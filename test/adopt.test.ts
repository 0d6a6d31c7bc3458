import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Host } from '../src/host/index.ts';
import { pluginInfo, serveChannel } from '../src/host/testing/channel-fixture.ts';
import { openDataFolder } from '../src/store/index.ts';
import { testFolder, writeFiles } from './journey/folder.ts';
import { outcomeOf, startLockstep } from './journey/lockstep.ts';
import { oneProcess } from './journey/one-process.ts';

const { run: lockstep, succeed } = oneProcess();

const id = 'xivo-acme-1.0';
const brought = {
  'common.py': 'one',
  'entry.py': 'one',
  'templates/base.tpl': 'a\nb\nc\nd\n',
  'var/tftpboot/logo': 'old',
};
const own = {
  'common.py': 'edited in place',
  'own.py': 'mine',
  'var/templates/base.tpl': 'a\nb\nc\nmine\n',
  'var/templates/deep/er.tpl': 'mine',
  'var/tftpboot/fw.bin': 'firmware',
  'var/tftpboot/logo': 'my logo',
  'var/installed/fw': 'x',
  'var/cache/fw.zip': 'zip',
  'var/notes': 'note',
};

/** Every path below a folder with kind, mode, time of files and content. */
async function lookOf(folder: string): Promise<Record<string, string>> {
  const look: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const full = join(entry.parentPath, entry.name);
    const { mode, mtimeMs } = await lstat(full);
    const content = entry.isFile()
      ? `${Math.round(mtimeMs)} ${createHash('sha256')
          .update(await readFile(full))
          .digest('hex')}`
      : entry.isSymbolicLink()
        ? await readlink(full)
        : 'folder';
    look[full.slice(folder.length + 1)] = `${(mode & 0o7777).toString(8)} ${content}`;
  }
  return look;
}

async function oldServer() {
  const folder = await testFolder();
  const plugins = join(folder, 'xivo-provd/plugins');
  await writeFiles(join(plugins, id), { ...brought, 'plugin-info': pluginInfo('1.0'), ...own });
  await writeFiles(join(plugins, 'plain-phone'), { 'entry.py': 'one', 'plugin-info': pluginInfo('1.0') });
  await writeFiles(join(plugins, 'nobody-knows-it'), { 'plugin-info': pluginInfo('0.1'), 'var/tftpboot/a': 'a' });
  await writeFiles(join(plugins, 'broken-one'), { 'plugin-info': '{"version": ', 'var/tftpboot/b': 'b' });
  await mkdir(join(plugins, id, 'var/tftpboot/empty'));
  await symlink('/srv/no-such-firmware', join(plugins, id, 'var/tftpboot/linked'));
  await chmod(join(plugins, id, 'var/tftpboot/fw.bin'), 0o600);
  await writeFile(join(plugins, 'plugins.db'), '{}');
  const conf = `[general]\nbase_storage_dir: ${join(folder, 'xivo-provd')}\n`;
  await writeFile(join(folder, 'provd.conf'), conf);
  const channel = await serveChannel();
  onTestFinished(() => channel.close());
  await channel.offer(id, '1.0', brought);
  await channel.offer('plain-phone', '1.0', { 'entry.py': 'one' });
  await channel.offer(id, '2.0', {
    'entry.py': 'two',
    'templates/base.tpl': 'new\nb\nc\nd\n',
    'var/tftpboot/logo': 'new',
  });
  const data = join(folder, 'data');
  const adopt = ['adopt', join(folder, 'provd.conf'), '--plugin-server', channel.url, '--data', data, '--yes'];
  return { folder, plugins, channel, data, adopt };
}

async function upgradeAll(data: string): Promise<void> {
  const open = await openDataFolder(data, { write: true });
  const host = await Host.open(open);
  await host.update().done;
  await host.upgrade(id, { who: 'ada' }).done;
  await host.close();
  await open.close();
}

describe('an old server’s folder', () => {
  it('is described, taken over, upgraded and given back, byte for byte', async () => {
    const { folder, plugins, channel, data, adopt } = await oldServer();
    const before = await lookOf(plugins);
    const seen = await succeed(['adopt', join(folder, 'xivo-provd'), '--plugin-server', channel.url, '--data', data]);
    expect(seen.stdout).toContain('plain-phone 1.0  as-packaged');
    expect(seen.stdout).toContain(`${id} 1.0  customised`);
    for (const line of ['changed common.py', 'added own.py', 'changed var/tftpboot/logo', 'added var/cache/fw.zip'])
      expect(seen.stdout).toContain(`    ${line}`);
    expect(seen.stdout).toContain('nobody-knows-it 0.1  no package found');
    expect(seen.stdout).toMatch(/broken-one \? {2}broken: /);
    expect(await lookOf(plugins)).toEqual(before);

    await succeed(adopt);
    await upgradeAll(data);
    expect(await readFile(join(plugins, id, 'entry.py'), 'utf8')).toBe('two');
    for (const [path, text] of Object.entries(own)) {
      if (path.startsWith('var/') && path !== 'var/templates/base.tpl')
        expect(await readFile(join(plugins, id, path), 'utf8')).toBe(text);
    }
    expect(await readFile(join(plugins, id, 'var/templates/base.tpl'), 'utf8')).toBe('new\nb\nc\nmine\n');
    expect((await readdir(plugins)).filter((name) => name.startsWith('.'))).toEqual([]);
    await writeFile(join(plugins, id, 'var/tftpboot/since.bin'), 'since');

    const returned = await succeed(['adopt', '--back', '--data', data]);
    expect(returned.stdout).toContain(`with ${id}/var/tftpboot/since.bin, which came since`);
    const { [`${id}/var/tftpboot/since.bin`]: since, ...after } = await lookOf(plugins);
    expect(since).toBeDefined();
    expect(after).toEqual(before);
    const last = join(data, 'kept', id, 'before-going-back-1');
    expect(await readFile(join(last, 'var/templates/base.tpl'), 'utf8')).toBe('new\nb\nc\nmine\n');
    const twice = await lockstep(['adopt', '--back', '--data', data]);
    expect([twice.code, twice.stderr]).toEqual([8, expect.stringContaining('took no old server')]);
    // a server that starts on the same data later leaves the old folders alone
    const open = await openDataFolder(data, { write: true });
    await (await Host.open(open)).close();
    await open.close();
    const { [`${id}/var/tftpboot/since.bin`]: _since, ...later } = await lookOf(plugins);
    expect(later).toEqual(before);
  }, 180_000);

  it('loses nothing when adopting, or going back, is killed at any moment and done again', async () => {
    const { plugins, data, adopt } = await oldServer();
    const before = await lookOf(plugins);
    const killedAfter = async (parameters: readonly string[], milliseconds: number) => {
      const child = startLockstep(parameters);
      const ended = outcomeOf(child);
      await pause(milliseconds);
      child.kill('SIGKILL');
      await ended;
    };
    for (const after of [500, 800, 1100]) await killedAfter(adopt, after);
    await succeed(adopt);
    await upgradeAll(data);
    for (const after of [500, 700, 900]) await killedAfter(['adopt', '--back', '--data', data], after);
    // where the last attempt was quick enough there is nothing left to do
    await lockstep(['adopt', '--back', '--data', data]);
    expect(await lookOf(plugins)).toEqual(before);
  }, 180_000);
});

describe('other things of the old world', () => {
  const oldMakefile =
    'upload:\n\trsync -a --delete _build/dev/ root@old.example.org:/data/\ndownload-stable:\n\trsync x y\n';

  it('a tree with its old Makefile is recognised by adopt and init, nothing of it is run, and both ways are shown', async () => {
    const folder = await testFolder({ 'plugins/Makefile': oldMakefile, 'plugins/f/build.py': '' });
    for (const command of ['adopt', 'init']) {
      const { stdout } = await succeed([command, folder]);
      expect(stdout).toContain('do what they did before, without Lockstep. Nothing of it was run.');
      expect(stdout).toContain('rsync -a --delete _build/dev/ root@old.example.org:/data/');
      expect(stdout).toMatch(/replace it: .*\n.*keep both: .*lockstep\.mk/);
    }
    expect((await readdir(folder)).sort()).toEqual(['lockstep.config.json', 'plugins']);
    expect(await readFile(join(folder, 'plugins/Makefile'), 'utf8')).toBe(oldMakefile);
    expect(await readdir(join(folder, 'plugins'))).toContain('lockstep.mk');
  });
});
