import { mkdir, readdir, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openRepository } from '../src/repository/index.ts';
import { testFolder, writeFiles } from './journey/folder.ts';
import { oneProcess } from './journey/one-process.ts';

const { run: lockstep, succeed } = oneProcess();

const info = (version: string): string => `{"version": "${version}", "description": "d", "capabilities": {}}`;
const family = (...ids: string[]): string =>
  JSON.stringify({ targets: ids.map((id) => ({ id, plugin: id, layers: [{ copy: `${id}/` }] })) });

let base: string;
let plugins: string;

async function offered(): Promise<Record<string, string>> {
  const { index } = await (await openRepository(join(base, 'channels'))).readOffer('testing');
  return Object.fromEntries([...index.values()].map(({ id, version }) => [id, version]));
}

const upload = (...more: string[]) => lockstep(['upload', 'plugins', '--to', 'channels', ...more], { cwd: base });

beforeEach(async () => {
  base = await testFolder();
  plugins = join(base, 'plugins');
  await mkdir(plugins);
});

describe('a plugin that answers to two spellings of a name', () => {
  beforeEach(async () => {
    const tftp = 'spa/one/var/tftpboot';
    await writeFiles(plugins, {
      'spa/family.json': family('one'),
      'spa/one/plugin-info': info('1.0'),
      [`${tftp}/RINGLIST.XML`]: '<rings/>',
      [`${tftp}/A.tpl`]: 'upper',
      [`${tftp}/a.tpl`]: 'lower',
      [`${tftp}/back\\slash`]: 'x',
    });
    await symlink('RINGLIST.XML', join(plugins, tftp, 'Ringlist.xml'));
  });

  it('is built with a warning for what some systems cannot keep, published, indexed, and installed as it is', async () => {
    const built = await succeed(['build', 'plugins'], { cwd: base });
    const said = built.stdout + built.stderr;
    expect(said).toMatch(/spa\/one\/var\/tftpboot\/a\.tpl:1:1 warning names-clash/);
    expect(said).toMatch(/warning name-backslash/);
    expect(said).not.toMatch(/Ringlist/);
    expect(await upload()).toMatchObject({ code: 0 });
    await succeed(['index', 'plugins/_build/dev'], { cwd: base });
    await succeed(['plugin', 'install', 'plugins/_build/dev/one-1.0.tar.bz2', '--data', 'data'], { cwd: base });
    const [key] = await readdir(join(base, 'data/versions/one'));
    const installed = join(base, 'data/versions/one', key!, 'var/tftpboot');
    expect((await readdir(installed)).sort()).toEqual([
      'A.tpl',
      'RINGLIST.XML',
      'Ringlist.xml',
      'a.tpl',
      'back\\slash',
    ]);
    expect(await readlink(join(installed, 'Ringlist.xml'))).toBe('RINGLIST.XML');
  });
});

describe('one bad plugin', () => {
  beforeEach(async () => {
    await writeFiles(plugins, {
      'good/family.json': family('good-one', 'good-two'),
      'good/good-one/plugin-info': info('1.0'),
      'good/good-two/plugin-info': info('1.0'),
      'bad/family.json': family('bad-one'),
      'bad/bad-one/plugin-info': info('1.0'),
      'bad/bad-one/odd\u0007name': 'x',
    });
  });

  it('is told to its author by build and check, with family and file, before anybody uploads', async () => {
    for (const command of [
      ['build', 'plugins'],
      ['check', 'plugins', '--against', 'channels'],
    ]) {
      await mkdir(join(base, 'channels'), { recursive: true });
      await writeFile(join(base, 'channels/plugins.db'), '{}');
      const { code, stdout, stderr } = await lockstep(command, { cwd: base });
      expect(code).toBe(1);
      expect(stdout + stderr).toMatch(/bad\/bad-one\/odd.name:1:1 error package-not-safe bad-one: .*control character/);
      expect(stdout + stderr).not.toMatch(/ask its author/);
    }
  });

  it('does not keep the others from the channel, and the command still fails', async () => {
    const { code, stdout, stderr } = await upload();
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(/1 target failed; left out[\s\S]*odd.name[\s\S]*generation 1: 2 plugins/);
    expect(await offered()).toEqual({ 'good-one': '1.0', 'good-two': '1.0' });
  });

  it('keeps all back with --all-or-nothing', async () => {
    const { code, stdout, stderr } = await upload('--all-or-nothing');
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(/1 target failed; nothing was published/);
    await expect(offered()).rejects.toMatchObject({ code: 'channel-not-found' });
  });

  it('among packages is left out of an index and an upload, by name', async () => {
    await lockstep(['build', 'plugins'], { cwd: base });
    const dev = join(plugins, '_build/dev');
    await writeFile(join(dev, 'cut-1.0.tar.bz2'), 'BZh9 cut off');
    const whole = await lockstep(['index', dev, '--all-or-nothing'], { cwd: base });
    expect(whole).toMatchObject({ code: 3, stderr: expect.stringContaining('cut-1.0.tar.bz2') });
    const indexed = await lockstep(['index', dev], { cwd: base });
    expect(indexed).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/2 plugins, 1 package left out[\s\S]*cut-1\.0/),
    });
    const sent = await lockstep(['upload', dev, '--to', 'channels'], { cwd: base });
    expect(sent).toMatchObject({ code: 3, stdout: expect.stringContaining('cut-1.0.tar.bz2') });
    expect(await offered()).toEqual({ 'good-one': '1.0', 'good-two': '1.0' });
  });

  it('that nobody raised is left out, and the others are published', async () => {
    await lockstep(['build', 'plugins'], { cwd: base });
    await upload();
    await writeFiles(plugins, {
      'good/good-one/changed': 'x',
      'good/good-two/changed': 'x',
      'good/good-two/plugin-info': info('1.1'),
    });
    const { code, stdout, stderr } = await upload();
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(/1 version must be raised .*; left out[\s\S]*good-one/);
    expect(await offered()).toEqual({ 'good-one': '1.0', 'good-two': '1.1' });
  });
});
