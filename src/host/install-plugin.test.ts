import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readFolder, sha256, treeOf, writeFolder, writePackage } from '../package/index.ts';
import { type DataFolder, openDataFolder } from '../store/index.ts';
import {
  installedVersions,
  installPlugin,
  readPluginBytes,
  readPluginSource,
  recoverPlugins,
  uninstallPlugin,
} from './index.ts';

const work = await mkdtemp(join(tmpdir(), 'lockstep-install-'));
afterAll(() => rm(work, { recursive: true, force: true }));

const pluginXml = (
  version: number,
  { id = 'org.acme.deploy', name = 'Acme Deploy', property = 'target' } = {},
) => `<?xml version="1.0" encoding="UTF-8"?>
<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1" xmlns:server="http://www.urbancode.com/PluginServerXMLSchema_v1">
  <header>
    <identifier id="${id}" name="${name}" version="${version}"/>
    <description>Sends things</description>
    <tag>Acme/Deploy</tag>
  </header>
  <step-type name="Send">
    <description/>
    <properties>
      <property name="${property}" required="true"><property-ui type="textBox" label="Where"/></property>
    </properties>
    <post-processing><![CDATA[properties.put("Status", "Success");]]></post-processing>
    <command program="sh"><arg file="send.sh"/></command>
  </step-type>
</plugin>
`;

let data: DataFolder;
let count = 0;
let source = '';

beforeEach(async () => {
  await data?.close();
  count += 1;
  source = join(work, `source-${count}`);
  await mkdir(source);
  data = await openDataFolder(join(work, `data-${count}`), { write: true });
});
afterAll(() => data?.close());

async function plugin(files: Record<string, string>): Promise<string> {
  const dir = join(source, `plugin-${Object.keys(files).length}-${Math.random().toString(36).slice(2)}`);
  const entries = Object.entries(files).map(([path, text]) => ({
    path,
    kind: 'file' as const,
    mode: 0o644,
    bytes: Buffer.from(text),
  }));
  await writeFolder(treeOf('x', entries), dir);
  return dir;
}

const who = 'ada';
const rows = async () =>
  (await installedVersions(data.store)).map(({ version, active }) => `${version}${active ? '*' : ''}`);
const live = (path: string) => readFile(join(data.plugins, 'org.acme.deploy', path), 'utf8');

describe('installing a step plugin', () => {
  it('from a folder or its zip gives the same version folder', async () => {
    const dir = await plugin({ 'plugin.xml': pluginXml(1), 'send.sh': 'echo 1' });
    const release = await readPluginSource(dir);
    const zip = join(source, 'acme.zip');
    await writeFile(zip, await writePackage(await readFolder(dir, { root: null }), 'zip'));
    expect((await readPluginSource(zip)).digest).toBe(release.digest);
    const report = await installPlugin(data, release, { who });
    expect(report).toMatchObject({ former: null, unchanged: false, outcome: { state: 'switched' } });
    expect(await readFile(join(data.path, report.release.folder, 'send.sh'), 'utf8')).toBe('echo 1');
    expect(await live('send.sh')).toBe('echo 1');
    expect(await rows()).toEqual(['1*']);
  });

  it('a higher version is active at once and the lower one stays beside it', async () => {
    for (const version of [1, 2]) {
      await installPlugin(
        data,
        await readPluginSource(await plugin({ 'plugin.xml': pluginXml(version), 'send.sh': `echo ${version}` })),
        { who },
      );
    }
    expect(await rows()).toEqual(['1', '2*']);
    expect(await live('send.sh')).toBe('echo 2');
    expect((await readdir(join(data.versions, 'org.acme.deploy'))).length).toBe(2);
  });

  it('[DO-1] the same content again changes nothing, the same version with other scripts replaces them', async () => {
    const install = async (script: string) =>
      installPlugin(data, await readPluginSource(await plugin({ 'plugin.xml': pluginXml(3), 'send.sh': script })), {
        who,
      });
    await install('echo a');
    expect((await install('echo a')).unchanged).toBe(true);
    expect((await install('echo b')).unchanged).toBe(false);
    expect(await live('send.sh')).toBe('echo b');
    expect(await rows()).toEqual(['3*']);
  });
});

describe('a release that must not be installed leaves the data folder as it was:', () => {
  const snapshot = async () => {
    const files = (await readFolder(data.path, { root: null, include: (path) => !/lockstep\.db|lock$/.test(path) }))
      .entries;
    return {
      files: files.map((entry) => `${entry.path} ${entry.bytes ? sha256(entry.bytes) : ''}`),
      rows: await rows(),
    };
  };
  it.each<[string, string, object | undefined, Record<string, string>]>([
    ['[DO-7] a lower version', 'plugin-lower-version', undefined, { 'plugin.xml': pluginXml(4) }],
    [
      '[DO-1] the same version with other step types',
      'plugin-conflict',
      undefined,
      { 'plugin.xml': pluginXml(5, { property: 'other' }) },
    ],
    ['the same id under another name', 'plugin-conflict', undefined, { 'plugin.xml': pluginXml(6, { name: 'Other' }) }],
    [
      'a plugin.xml that is cut off',
      'xml-not-well-formed',
      { file: expect.stringContaining('plugin.xml') },
      { 'plugin.xml': pluginXml(6).slice(0, 400) },
    ],
    [
      'merge markers in upgrade.xml',
      'xml-not-well-formed',
      { line: 1 },
      { 'plugin.xml': pluginXml(6), 'upgrade.xml': '<<<<<<< HEAD\n<plugin-upgrade/>' },
    ],
    [
      'a version that is no number',
      'plugin-not-valid',
      { line: 4 },
      { 'plugin.xml': pluginXml(6).replace('version="6"', 'version="@V@"') },
    ],
    ['a folder without plugin.xml', 'plugin-not-valid', undefined, { 'readme.txt': '' }],
    ['an id that climbs out', 'plugin-not-valid', undefined, { 'plugin.xml': pluginXml(6, { id: '../evil' }) }],
  ])('%s', async (_what, code, where, files) => {
    await installPlugin(data, await readPluginSource(await plugin({ 'plugin.xml': pluginXml(5), 'send.sh': 'x' })), {
      who,
    });
    const before = await snapshot();
    const dir = await plugin(files);
    const installing = readPluginSource(dir).then((release) => installPlugin(data, release, { who }));
    await expect(installing).rejects.toMatchObject({ code, ...(where ? { where } : {}) });
    expect(await snapshot()).toEqual(before);
  });

  it('a switch that fails', async () => {
    const before = await snapshot();
    const release = await readPluginSource(await plugin({ 'plugin.xml': pluginXml(1) }));
    const installing = installPlugin(data, release, { who, switchPlugin: () => Promise.reject(new Error('no')) });
    await expect(installing).rejects.toThrow('no');
    await recoverPlugins(data);
    const after = await snapshot();
    expect({ ...after, files: after.files.filter((line) => /\d/.test(line)) }).toEqual(before);
  });
});

it('a switch that waits for answers keeps the former version live, and the start after the answer moves the new one in', async () => {
  await installPlugin(data, await readPluginSource(await plugin({ 'plugin.xml': pluginXml(1), 'send.sh': '1' })), {
    who,
  });
  const release = await readPluginSource(await plugin({ 'plugin.xml': pluginXml(2), 'send.sh': '2' }));
  const report = await installPlugin(data, release, {
    who,
    switchPlugin: async ({ kind, ...change }) => {
      if (kind !== 'upgrade' || !('release' in change)) throw new Error('not expected');
      const { registerRelease } = await import('./index.ts');
      await data.store.transaction((tx) => registerRelease(tx, change.release, { who, force: false }));
      return { state: 'waiting', plan: '7', why: 'one question' };
    },
  });
  expect(report.outcome).toEqual({ state: 'waiting', plan: '7', why: 'one question' });
  expect(await live('send.sh')).toBe('1');
  expect(await rows()).toEqual(['1*', '2']);
  await data.store.db.updateTable('plugin').set({ active_version: '2' }).execute();
  expect(await recoverPlugins(data)).toEqual([]);
  expect(await live('send.sh')).toBe('2');
});

describe('uninstalling', () => {
  it('is refused with the names of the processes that use the plugin', async () => {
    await installPlugin(data, await readPluginSource(await plugin({ 'plugin.xml': pluginXml(1) })), { who });
    const uninstalling = uninstallPlugin(data, 'org.acme.deploy', {
      who,
      usesOf: async () => ({ count: 3, examples: ['Nightly', 'Weekly'] }),
    });
    await expect(uninstalling).rejects.toMatchObject({
      code: 'plugin-in-use',
      message: expect.stringContaining('Nightly, Weekly and 1 more'),
    });
    expect(await rows()).toEqual(['1*']);
  });

  it('takes everything away, and the next install starts afresh', async () => {
    const release = await readPluginSource(await plugin({ 'plugin.xml': pluginXml(1) }));
    await installPlugin(data, release, { who });
    await uninstallPlugin(data, 'org.acme.deploy', { who });
    expect(await rows()).toEqual([]);
    expect(await readdir(data.plugins)).not.toContain('org.acme.deploy');
    await installPlugin(data, release, { who });
    expect(await rows()).toEqual(['1*']);
  });
});

it('a package without anything in it is no plugin', async () => {
  await expect(readPluginBytes(await writePackage(treeOf(null, []), 'zip'), 'empty.zip')).rejects.toMatchObject({
    code: 'plugin-not-valid',
  });
});
