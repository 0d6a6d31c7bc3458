import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha1, treeOf, writePackage } from '../../package/index.ts';
import { parseFirmware } from '../../plugin/index.ts';
import { type DataFolder, openDataFolder } from '../../store/index.ts';
import { Host } from '../index.ts';
import { type ChannelFixture, serveChannel } from '../testing/channel-fixture.ts';
import { matchPaths } from './match-paths.ts';
import { runSteps } from './run-steps.ts';

const work = await mkdtemp(join(tmpdir(), 'lockstep-firmware-'));
afterAll(() => rm(work, { recursive: true, force: true }));

const digest = '0'.repeat(40);
const file = (name: string, more = `url: http://example.org/fw/${name}.zip`) =>
  `[file_${name}]\n${more}\nsize: 10\nsha1sum: ${digest}\n`;

describe('a plugin’s list of packages', () => {
  const read = (text: string) => parseFirmware(text).get('fw')!;

  it('is read with its descriptions, files, arguments and continued lines', () => {
    const text = `# ours\n[pkg_fw]\ndescription: Firmware: all\ndescription_fr: Micrologiciel\nversion: 1.2\nfiles: one two\ninstall: acme sn1\n
[install_acme]\na-b: unzip $FILE1 $FILE2\nb-c: cp one\n  two\n  $ARG1/\n\n${file('one')}${file('two', 'url:\nfilename: Two (1).zip')}`;
    expect(read(text)).toEqual({
      ...{ id: 'fw', version: '1.2', description: 'Firmware: all', descriptions: { fr: 'Micrologiciel' }, size: 20 },
      files: [
        { filename: 'one.zip', url: 'http://example.org/fw/one.zip', size: 10, sha1: digest },
        { filename: 'Two (1).zip', url: null, size: 10, sha1: digest },
      ],
      steps: [
        { from: 'a', to: 'b', act: 'unzip', words: ['one.zip', 'Two (1).zip'] },
        { from: 'b', to: 'c', act: 'cp', words: ['one', 'two', 'sn1/'] },
      ],
      fault: null,
    });
  });

  const whole = (recipe: string, files = 'one') =>
    `[pkg_fw]\nfiles: ${files}\ninstall: x\n[install_x]\n${recipe}\n${file('one')}`;
  it.each([
    ['an act that we do not do', whole('a-b: unsign $FILE1 f.tgz'), /"unsign" is not done here/],
    ['no recipe', `[pkg_fw]\nfiles: one\n${file('one')}`, /names no install/],
    ['an empty recipe', whole(''), /\[install_x\] is empty/],
    ['a file that is not described', whole('a-b: unzip $FILE1', 'one two'), /no \[file_two\]/],
    ['an argument that nobody gave', whole('a-b: cp $FILE1 $ARG1'), /no \$ARG1/],
    ['something that is no step', whole('unzip: x'), /no step/],
    ['a name that would leave the cache', `${whole('a-b: cp $FILE1 ./')}filename: ../../x\n`, /names no file/],
    ['a file without a digest', `${whole('a-b: cp $FILE1 ./')}sha1sum: none\n`, /no sha1sum/],
  ])('tells why a package cannot be installed: %s', (_what, text, why) => {
    expect(read(text).fault).toMatch(why);
    expect(parseFirmware(text.replace('[pkg_fw]', '[pkg_../fw]')).get('../fw')!.fault).toMatch(/name/);
  });
});

describe('patterns', () => {
  const paths = ['a.bin', 'b.txt', '.hidden.bin', 'dir/a.bin', 'dir/deep/c.bin', 'we[ird].bin'];
  it.each([
    ['*.bin', ['a.bin', 'we[ird].bin']],
    ['*/*.bin', ['dir/a.bin']],
    ['*', ['a.bin', 'b.txt', 'dir', 'we[ird].bin']],
    ['.*', ['.hidden.bin']],
    ['[!b].bin', ['a.bin']],
    ['[ab].???', ['a.bin', 'b.txt']],
    ['we[[]ird].bin', ['we[ird].bin']],
    ['./dir/', ['dir']],
    ['[z-a]', []],
    ['../*', []],
  ])('%s', (pattern, expected) => {
    expect(matchPaths(pattern, paths)).toEqual(expected);
  });

  it('with many stars are matched letter by letter, not by trying every way', () => {
    const name = `${'a'.repeat(200)}c`;
    expect(matchPaths(`${'*a'.repeat(60)}b`, [name])).toEqual([]);
    expect(matchPaths(`${'*a'.repeat(60)}c`, [name])).toEqual([name]);
    expect(matchPaths(`${'*?'.repeat(40)}[!c]`, [name])).toEqual([]);
  });

  it('fit the same names as the regular expressions that say the same', () => {
    const letters = fc.constantFrom('a', 'b', '.');
    const pieces = fc.constantFrom('a', 'b', '.', '*', '?', '[ab]', '[!a]', '[.-b]');
    const wordOf = (each: fc.Arbitrary<string>) =>
      fc.array(each, { minLength: 1, maxLength: 6 }).map((all) => all.join(''));
    fc.assert(
      fc.property(wordOf(pieces), wordOf(letters), (pattern, name) => {
        fc.pre(pattern !== '.' && name !== '.');
        const source = pattern.replace(/\[!?[^\]]*\]|./g, (piece) =>
          piece === '*' ? '.*' : piece === '?' ? '.' : piece === '.' ? '\\.' : piece.replace('[!', '[^'),
        );
        const hidden = name.startsWith('.') && !pattern.startsWith('.');
        expect(matchPaths(pattern, [name])).toEqual(!hidden && new RegExp(`^${source}$`).test(name) ? [name] : []);
      }),
    );
  });
});

const bytesOf = (text: string) => Buffer.from(text);
async function zipOf(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const entries = Object.entries(files).map(([path, text]) => ({
    ...{ path, kind: 'file' as const, mode: 0o644 },
    bytes: bytesOf(text),
  }));
  return writePackage(treeOf(null, entries), 'zip');
}

describe('the steps', () => {
  const run = async (recipe: string, files: Readonly<Record<string, Uint8Array>>) => {
    const names = Object.keys(files);
    const text = `[pkg_fw]\nfiles: ${names.map((_, at) => `f${at}`).join(' ')}\ninstall: x\n[install_x]\n${recipe}\n${names
      .map((name, at) => file(`f${at}`, `filename: ${name}`))
      .join('')}`;
    const { steps, fault } = parseFirmware(text).get('fw')!;
    expect(fault).toBe(null);
    const made = await runSteps(steps, new Map(Object.entries(files)));
    return Object.fromEntries([...made].map(([path, bytes]) => [path, Buffer.from(bytes).toString()]).sort());
  };

  it('unpack, choose and copy as the commands of these names do', async () => {
    const archive = await zipOf({ 'x/one.bin': '1', 'x/two.txt': '2', 'x/sub/three.bin': '3', 'boot.ld': 'b' });
    const files = { 'fw.zip': archive };
    expect(await run('a-b: unzip $FILE1\nb-c: cp */*.bin firmware/', files)).toEqual({ 'firmware/one.bin': '1' });
    expect(await run('a-b: unzip $FILE1\nb-c: cp x/* ./', files)).toEqual({
      ...{ 'one.bin': '1', 'two.txt': '2', 'sub/three.bin': '3' },
    });
    expect(await run('a-b: unzip $FILE1\nb-c: include x/sub *.ld', files)).toEqual({
      'x/sub/three.bin': '3',
      'boot.ld': 'b',
    });
    expect(await run('a-b: unzip $FILE1\nb-c: exclude x', files)).toEqual({ 'boot.ld': 'b' });
    expect(await run('a-b: unzip $FILE1\nb-c: cp boot.ld 1.0.ld\nb-d: cp x/one.bin y', files)).toEqual({
      '1.0.ld': 'b',
      y: '1',
    });
    expect(await run('a-b: cp $FILE1 $FILE2 fw/', { 'a[1].bin': bytesOf('a'), b: bytesOf('b') })).toEqual({
      ...{ 'fw/a[1].bin': 'a', 'fw/b': 'b' },
    });
  });

  it('unpack archives in archives, and keep the one folder that holds everything', async () => {
    const inner = await writePackage(
      treeOf('root', [{ path: 'a.st', kind: 'file', mode: 0o644, bytes: bytesOf('a') }]),
      'tar.gz',
    );
    const entry = { path: 'inner.tgz', kind: 'file' as const, mode: 0o644, bytes: inner };
    const outer = await writePackage(treeOf('outer', [entry]), 'tar.bz2');
    const made = await run('c-d: include */*.st\nb-c: untar outer/*.tgz\na-b: untar $FILE1', { 'o.tar.bz2': outer });
    expect(made).toEqual({ 'root/a.st': 'a' });
  });

  const plain = { 'fw.bin': bytesOf('x') };
  it.each([
    ['a pattern that names nothing', 'a-b: cp *.zip ./', plain, /nothing is called \*\.zip/],
    ['what is no archive', 'a-b: unzip $FILE1', plain, /is no zip archive/],
    ['a way out', 'a-b: cp $FILE1 ../x', plain, /leads out/],
    ['an absolute way', 'a-b: cp $FILE1 /etc/', plain, /leads out/],
    ['a circle', 'b-c: include *\nc-b: include *\na-d: include *', plain, /lead nowhere/],
    [
      'two files of one name',
      'a-b: cp $FILE1 x\na-c: cp $FILE2 x',
      { ...plain, other: bytesOf('y') },
      /two different files/,
    ],
  ])('refuse %s', async (_what, recipe, files, why) => {
    await expect(run(recipe, files)).rejects.toMatchObject({
      code: 'plugin-not-valid',
      message: expect.stringMatching(why),
    });
  });
});

describe('a plugin’s packages on a server', () => {
  const id = 'acme-phone';
  const who = 'ada';
  let channel: ChannelFixture;
  let data: DataFolder;
  let host: Host;
  let archive: Uint8Array;
  let count = 0;

  const listOf = (bytes: Uint8Array, name: string, more = '') => `[pkg_${name}]
description: Firmware ${name}
version: ${bytes.length}
files: ${name}
install: acme
[install_acme]
a-b: unzip $FILE1
b-c: cp *.bin firmware/
[file_${name}]
url: ${channel.url}${name}.zip
size: ${bytes.length}
sha1sum: ${sha1(bytes)}
${more}`;
  const serve = (name: string, bytes: Uint8Array) =>
    channel.answer(`${name}.zip`, (_, response) => response.end(bytes));
  const live = (path: string) => join(data.plugins, id, path);
  const served = async () => (await readdir(live('var/tftpboot'), { recursive: true })).sort();
  const installed = async () => (await host.firmware.installed(id)).map((one) => `${one.id} ${one.version}`);

  beforeEach(async () => {
    count += 1;
    channel = await serveChannel();
    archive = await zipOf({ 'one.bin': '1', 'two.bin': '2', readme: 'no' });
    serve('fw', archive);
    data = await openDataFolder(join(work, `${count}`), { write: true });
    host = await Host.open(data, { limits: { answerMs: 2000, silenceMs: 500, totalMs: 3000 } });
    await channel.offer(id, '1.0', { 'pkgs/pkgs.db': listOf(archive, 'fw') });
    await host.settings.set('plugin_server', channel.url);
    await host.update().done;
    await host.install(id, { who }).done;
  });
  afterEach(async () => {
    await host.close();
    await data.close();
    await channel.close();
  });

  it('are fetched, checked, installed below var/tftpboot, and taken away', async () => {
    expect([...(await host.firmware.offered(id))!.keys()]).toEqual(['fw']);
    const { operation, done } = host.firmware.install(id, 'fw');
    expect(await done).toMatchObject({ id: 'fw', files: ['firmware/one.bin', 'firmware/two.bin'], whole: true });
    expect(operation.view().parts.map(({ label, state, current }) => [label, state, current])).toEqual([
      ['download', 'success', archive.length],
      ['install', 'success', null],
    ]);
    expect(await served()).toEqual(['firmware', 'firmware/one.bin', 'firmware/two.bin']);
    expect(await readFile(live('var/tftpboot/firmware/one.bin'), 'utf8')).toBe('1');
    expect(await installed()).toEqual([`fw ${archive.length}`]);
    expect(await host.modified(id)).toEqual([]);
    await host.firmware.uninstall(id, 'fw').done;
    expect([await served(), await installed()]).toEqual([[], []]);
    await expect(host.firmware.uninstall(id, 'fw').done).rejects.toMatchObject({ code: 'plugin-not-found' });
  });

  it('stay over an upgrade of the plugin, and a newer package replaces what it no longer brings', async () => {
    await host.firmware.install(id, 'fw').done;
    const newer = await zipOf({ 'two.bin': '2b', 'three.bin': '3' });
    const other = await zipOf({ 'two.bin': '2b' });
    serve('fw', newer);
    serve('other', other);
    await channel.offer(id, '1.1', { 'pkgs/pkgs.db': listOf(newer, 'fw', listOf(other, 'other')) });
    await host.update().done;
    await host.upgrade(id, { who }).done;
    expect(await installed()).toEqual([`fw ${archive.length}`]);
    await host.firmware.install(id, 'fw').done;
    expect(await served()).toEqual(['firmware', 'firmware/three.bin', 'firmware/two.bin']);
    await host.firmware.install(id, 'other').done;
    await host.firmware.uninstall(id, 'fw').done;
    // what another package brought too stays
    expect([await served(), await installed()]).toEqual([['firmware', 'firmware/two.bin'], [`other ${other.length}`]]);
  });

  it.each([
    ['wrong bytes', () => serve('fw', Buffer.alloc(archive.length)), 'package-damaged', /another digest/],
    ['too few bytes', () => serve('fw', archive.subarray(1)), 'package-damaged', /gave \d+ of/],
    ['too many bytes', () => serve('fw', Buffer.concat([archive, archive])), 'package-damaged', /more than/],
    [
      'no file',
      () => channel.answer('fw.zip', (_, response) => response.writeHead(404).end()),
      'channel-unreachable',
      /answers 404/,
    ],
    [
      'a connection that breaks',
      () => channel.answer('fw.zip', (request) => request.socket.destroy()),
      'channel-unreachable',
      /closed the connection/,
    ],
  ])('are not installed from %s', async (_what, spoil, code, why) => {
    spoil();
    await expect(host.firmware.install(id, 'fw').done).rejects.toMatchObject({
      code,
      message: expect.stringMatching(why),
    });
    expect([await served(), await installed()]).toEqual([[], []]);
    serve('fw', archive);
    await host.firmware.install(id, 'fw').done;
    expect(await installed()).toEqual([`fw ${archive.length}`]);
  });

  it('that their maker offers only after a sign-in are taken from the cache, where they were put by hand', async () => {
    const { cache_dir } = host.settings.get();
    const text = listOf(archive, 'fw').replace(/url: .*/, 'url:\nfilename: maker.zip');
    await writeFile(live('pkgs/pkgs.db'), text);
    await expect(host.firmware.install(id, 'fw').done).rejects.toMatchObject({
      code: 'file-not-found',
      hint: expect.stringContaining(cache_dir),
    });
    await mkdir(cache_dir, { recursive: true });
    await writeFile(join(cache_dir, 'maker.zip'), Buffer.alloc(archive.length));
    await expect(host.firmware.install(id, 'fw').done).rejects.toMatchObject({ code: 'file-not-found' });
    await writeFile(join(cache_dir, 'maker.zip'), archive);
    await host.firmware.install(id, 'fw').done;
    expect(await installed()).toEqual([`fw ${archive.length}`]);
  });

  it('never write over what an administrator put there, nor through a link', async () => {
    await mkdir(live('var/tftpboot/firmware'), { recursive: true });
    await writeFile(live('var/tftpboot/firmware/one.bin'), 'mine');
    await expect(host.firmware.install(id, 'fw').done).rejects.toMatchObject({ code: 'plugin-conflict' });
    expect(await readFile(live('var/tftpboot/firmware/one.bin'), 'utf8')).toBe('mine');
    await rm(live('var/tftpboot/firmware'), { recursive: true });
    const outside = join(work, `outside-${count}`);
    await mkdir(outside);
    await symlink(outside, live('var/tftpboot/firmware'));
    await expect(host.firmware.install(id, 'fw').done).rejects.toMatchObject({ code: 'plugin-conflict' });
    expect(await readdir(outside)).toEqual([]);
  });

  it('that a crash left half installed are not listed, and can be installed again', async () => {
    await host.firmware.install(id, 'fw').done;
    const record = live('var/installed/fw.json');
    const text = await readFile(record, 'utf8');
    await writeFile(record, text.replace('"whole": true', '"whole": false'));
    await writeFile(live('var/tftpboot/firmware/one.bin'), 'half');
    await writeFile(live('var/installed/.new-x'), 'left');
    expect(await installed()).toEqual([]);
    await host.firmware.install(id, 'fw').done;
    expect([await installed(), await readFile(live('var/tftpboot/firmware/one.bin'), 'utf8')]).toEqual([
      [`fw ${archive.length}`],
      '1',
    ]);
    expect(await readdir(live('var/installed'))).toEqual(['fw.json']);
  });
});
