import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fileAt, readPackage } from '../src/package/index.ts';
import { openChannel } from '../src/repository/index.ts';
import { file, samplePackage } from '../src/repository/testing/sample-packages.ts';
import { testFolder } from './journey/folder.ts';
import { oneProcess } from './journey/one-process.ts';
import { program } from './journey/program.ts';

const { run: lockstep } = oneProcess();

const token = 'ada-has-a-long-token';

/** A folder with packages of a and b in the given version, as `upload` takes it. */
async function packages(version: string, ...ids: string[]): Promise<string> {
  const folder = await testFolder();
  for (const id of ids) {
    const { name, content } = await samplePackage({ id, version });
    await writeFile(join(folder, name), content as Uint8Array);
  }
  return folder;
}

async function serve(folder: string, ...options: string[]): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [program, 'repository', 'serve', folder, '--port', '0', ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  for await (const line of createInterface({ input: child.stderr! })) {
    const url = /http:\/\/[^/]+\//.exec(line)?.[0];
    if (url) return { url, child };
  }
  throw new Error('it did not start');
}

describe('a repository served by a command', () => {
  it('takes uploads, promotes, yanks, puts back and tells its history, by token', async () => {
    const folder = await testFolder({ tokens: `ada ${token}\n` });
    const { url, child } = await serve(folder, '--token-file', join(folder, 'tokens'));
    const env = { LOCKSTEP_REPOSITORY: url, LOCKSTEP_TOKEN: token };
    const run = (...words: string[]) => lockstep(words, { env });

    expect(await run('upload', await packages('1.0', 'a', 'b'))).toMatchObject({ code: 0 });
    expect(await run('promote', '--from', 'testing', '--to', 'stable', 'a')).toMatchObject({ code: 0 });
    const diff = await run('channel', 'diff', 'testing', 'stable', '--json');
    expect(diff.json()).toMatchObject([{ id: 'b', first: '1.0', second: null }]);
    expect(await run('yank', 'a', '--reason', 'it reboots')).toMatchObject({ code: 0 });
    expect(await run('channel', 'restore', 'stable', '1')).toMatchObject({ code: 0 });
    const history = await run('channel', 'history', 'stable', '--json');
    expect(history.json()).toMatchObject([
      { action: 'promote', who: 'ada' },
      { action: 'yank', why: 'it reboots' },
      { action: 'restore' },
    ]);

    const refused = await lockstep(['upload', await packages('1.1', 'a')], {
      env: { LOCKSTEP_REPOSITORY: url, LOCKSTEP_TOKEN: 'wrong' },
    });
    expect(refused).toMatchObject({ code: 9, stderr: expect.stringContaining('not-signed-in') });

    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await run('channel', 'list')).toMatchObject({
      code: 7,
      stderr: expect.stringContaining('channel-unreachable'),
    });
  });
});

describe('a repository in a folder', () => {
  it('is signed by keys, whose rotation its clients follow', async () => {
    const base = await testFolder();
    const env = { LOCKSTEP_REPOSITORY: join(base, 'r'), LOCKSTEP_KEYS: join(base, 'keys') };
    const run = (...words: string[]) => lockstep(words, { env });
    await run('upload', await packages('1.0', 'a'), '--channel', 'stable');
    expect(await run('repository', 'keys', 'init', '--root-keys', '2', '--root-threshold', '2')).toMatchObject({
      code: 0,
    });
    expect((await stat(join(base, 'keys/root-2.pem'))).mode & 0o777).toBe(0o600);
    const channel = openChannel(join(base, 'r/plugins/1/stable'), { trust: { folder: join(base, 'seen') } });
    expect((await channel.readOffer()).signed).toBe(true);
    expect(await run('repository', 'keys', 'rotate', 'targets')).toMatchObject({ code: 0 });
    expect(await run('upload', await packages('1.1', 'a'), '--channel', 'stable')).toMatchObject({ code: 0 });
    expect((await channel.readOffer()).index.get('a')?.version).toBe('1.1');
    expect(await run('repository', 'sign')).toMatchObject({ code: 0 });
    await channel.readOffer();
    const stranger = await lockstep(['upload', await packages('1.2', 'a'), '--channel', 'stable'], {
      env: { LOCKSTEP_REPOSITORY: join(base, 'r') },
    });
    expect(stranger).toMatchObject({ code: 4, stderr: expect.stringContaining('signing-keys') });
  });

  it('is checked and cleaned, and says what is damaged', async () => {
    const repository = await testFolder();
    const run = (...words: string[]) => lockstep([...words, '--repository', repository]);
    for (const version of ['1', '2', '3']) await lockstep(['upload', await packages(version, 'a'), '--to', repository]);
    expect((await run('repository', 'gc', '--keep', '1')).stdout).toContain('would remove 2 packages');
    expect((await run('repository', 'gc', '--keep', '1', '--yes')).stdout).toContain('removed 2 packages');
    expect(await readdir(join(repository, 'plugins/1/testing'))).not.toContain('a-1.tar.bz2');
    await writeFile(join(repository, 'plugins/1/testing/a-3.tar.bz2'), 'spoilt');
    const verified = await run('repository', 'verify');
    expect(verified).toMatchObject({ code: 1, stdout: expect.stringContaining('package-damaged') });
    const upload = await lockstep(['upload', await packages('3', 'b'), '--to', repository]);
    expect(upload.code).toBe(0);
  });

  it('is named by the options, the environment or the nearest lockstep.config.json', async () => {
    const base = await testFolder({
      'lockstep.config.json': '{"repository": "channels", "channel": "dev"}',
      'deep/down/x': '',
    });
    const uploaded = await lockstep(['upload', await packages('1', 'a')], { cwd: join(base, 'deep/down') });
    expect(uploaded).toMatchObject({ code: 0, stdout: expect.stringContaining('Published to "dev"') });
    expect(await readdir(join(base, 'channels/plugins/1'))).toEqual(['dev']);
    const nowhere = await lockstep(['channel', 'list'], { cwd: await testFolder() });
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('No repository is named') });
    const broken = await testFolder({ 'lockstep.config.json': '{"repository": 7}' });
    expect(await lockstep(['channel', 'list'], { cwd: broken })).toMatchObject({ code: 3 });
  });
});

describe('the gate of a promotion', () => {
  const stepPlugin = (version: number, step: string) =>
    `<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1"><header><identifier id="com.example.x" name="X" version="${version}"/>
     <description>X.</description><tag>T</tag></header><step-type name="${step}"><description>d</description><properties/>
     <post-processing>properties.put("Status", "Success");</post-processing><command program="sh"><arg value="x"/></command></step-type></plugin>`;
  const upgradeFile = (blocks: string) =>
    `<plugin-upgrade xmlns="http://www.urbancode.com/UpgradeXMLSchema_v1">${blocks}</plugin-upgrade>`;

  it('keeps a plugin back whose upgrade file would lose steps, and lets the corrected one pass', async () => {
    const { treeOf, writePackage } = await import('../src/package/index.ts');
    const repository = await testFolder();
    const offer = async (version: number, step: string, blocks: string) => {
      const tree = treeOf(null, [
        file('plugin.xml', stepPlugin(version, step)),
        file('upgrade.xml', upgradeFile(blocks)),
      ]);
      const folder = await testFolder({ [`x-${version}.zip`]: await writePackage(tree, 'zip') });
      expect(await lockstep(['upload', folder, '--to', repository])).toMatchObject({ code: 0 });
    };
    const promote = (...more: string[]) => lockstep(['promote', '--repository', repository, ...more]);
    await offer(1, 'Deploy', '');
    expect(await promote()).toMatchObject({ code: 0 });
    await offer(2, 'Deploy', '<migrate to-version="2"/>');
    expect(await promote()).toMatchObject({ code: 4, stderr: expect.stringContaining('promotion-refused') });
    await offer(3, 'Deploy', '<migrate to-version="3"><migrate-command name="Deploy"/></migrate>');
    expect(await promote()).toMatchObject({ code: 0 });
    // [STEP-6] a server that carries what is not listed loses nothing
    await offer(4, 'Deploy', '<migrate to-version="4"/>');
    expect(await promote()).toMatchObject({ code: 4 });
    const carried = await promote('--for', 'urbancode');
    expect(carried).toMatchObject({ code: 0, stderr: expect.stringContaining('notice block-empty') });
    // what looks renamed is said before anything moves
    await offer(5, 'Roll Out', '<migrate to-version="5"/>');
    const renamed = await promote();
    expect(renamed).toMatchObject({ code: 0, stderr: expect.stringContaining('warning step-renamed') });
    expect(renamed.stderr).toContain('com.example.x: "Deploy" is gone and "Roll Out" is new');
  });
});

describe('packing by hand', () => {
  it('packs folders and writes the old builder’s index', async () => {
    const info = '{"version": "0.10", "description": "d", "capabilities": {}}';
    const base = await testFolder({ 'x_y/plugin-info': info, 'x_y/entry.py': '', 'out/.keep': '' });
    expect(await lockstep(['package', 'x_y', '--out', 'out'], { cwd: base })).toMatchObject({ code: 0 });
    const tree = await readPackage(await readFile(join(base, 'out/x-y-0.10.tar.bz2')), { name: 'x' });
    expect(new TextDecoder().decode(fileAt(tree, 'plugin-info'))).toBe(info);
    await writeFile(join(base, 'x_y/plugin-info'), info.replace('0.10', '0.9'));
    await lockstep(['package', 'x_y', '--out', 'out'], { cwd: base });
    const indexed = await lockstep(['index', 'out', '--no-extra-keys'], { cwd: base });
    expect(indexed.stdout).toContain('the old builder would have listed 0.9');
    const text = await readFile(join(base, 'out/plugins.db'), 'utf8');
    expect(text).toMatch(
      /^\{"x_y":\{"capabilities":\{\},"description":"d","dsize":\d+,"filename":"x-y-0\.10\.tar\.bz2","sha1sum":"[0-9a-f]{40}","version":"0\.10"\}\}$/,
    );
  });

  it('refuses a package whose plugin-info is not JSON, with its line, and publishes nothing', async () => {
    const { treeOf, writePackage } = await import('../src/package/index.ts');
    const bad = treeOf('a', [file('plugin-info', '{"version": "1",\n "description" "x"}')]);
    const folder = await testFolder({ 'a-1.tar.bz2': await writePackage(bad, 'tar.bz2') });
    const repository = await testFolder();
    const refused = await lockstep(['upload', folder, '--to', repository]);
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('plugin-info:2:') });
    expect(await readdir(repository)).toEqual([]);
  });
});
