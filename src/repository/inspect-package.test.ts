import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { treeOf, writePackage } from '../package/index.ts';
import { inspectPackage } from './index.ts';
import { file } from './testing/sample-packages.ts';

const info = '{"version": "1.0", "description": "d", "capabilities": {}, "vendor.url": "u"}';

async function tarOf(entries: Record<string, string | null>): Promise<Uint8Array> {
  const tar = pack();
  for (const [name, text] of Object.entries(entries)) {
    if (text === null) tar.entry({ name, type: 'directory' });
    else tar.entry({ name }, text);
  }
  tar.finalize();
  return gzipSync(await buffer(tar));
}

describe('a package', () => {
  it('is described by its root folder and its plugin-info as it stands', async () => {
    const content = await writePackage(treeOf('my_plugin', [file('plugin-info', info)]), 'tar.bz2');
    const { entry } = await inspectPackage({ name: 'my-plugin-1.0.tar.bz2', content, family: 'f' });
    expect(entry).toMatchObject({ id: 'my_plugin', version: '1.0', family: 'f', size: content.byteLength });
    expect(entry.fields).toMatchObject({ 'vendor.url': 'u', dsize: content.byteLength });
  });

  it('of a step plugin is described by its plugin.xml', async () => {
    const xml = `<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1"><header>
      <identifier id="com.example.x" name="X" version="7"/><description>Does X.</description><tag>T</tag></header></plugin>`;
    const content = await writePackage(treeOf(null, [file('plugin.xml', xml)]), 'zip');
    const { entry } = await inspectPackage({ name: 'x-7.zip', content });
    expect(entry).toMatchObject({ id: 'com.example.x', version: '7', description: 'Does X.', capabilities: {} });
    const tar = await writePackage(treeOf('x', [file('plugin.xml', xml)]), 'tar.gz');
    expect((await inspectPackage({ name: 'x-7.tar.gz', content: tar })).entry).toMatchObject({ id: 'com.example.x' });
  });

  it.each([
    ['two roots', { 'a/': null, 'a/plugin-info': info, 'b/': null, 'b/x': '' }, 'package-not-readable'],
    ['no entry for its root', { 'a/plugin-info': info }, 'package-not-readable'],
    ['no plugin-info', { 'a/': null, 'a/x': '' }, 'package-not-readable'],
    ['a plugin-info that lacks a key', { 'a/': null, 'a/plugin-info': '{"version": "1"}' }, 'plugin-not-valid'],
    ['a plugin-info that is not JSON', { 'a/': null, 'a/plugin-info': '{"version" "1"}' }, 'json-not-valid'],
    ['an id that is no name', { 'a:b/': null, 'a:b/plugin-info': info }, 'plugin-not-valid'],
    ['a version that is no name', { 'a/': null, 'a/plugin-info': info.replace('1.0', '1/2') }, 'plugin-not-valid'],
    ['a file outside', { 'a/': null, 'a/plugin-info': info, '../x': '' }, 'package-not-safe'],
  ])('with %s is refused', async (_what, entries, code) => {
    const content = await tarOf(entries as Record<string, string | null>);
    await expect(inspectPackage({ name: 'a-1.0.tar.gz', content })).rejects.toMatchObject({ code });
  });

  it.each([
    ['"a:b"', 'a:b', '1.0'],
    ['"1/2"', 'a', '1/2'],
  ])('whose id or version is no name is refused by it: %s', async (named, id, version) => {
    const content = await tarOf({ [`${id}/`]: null, [`${id}/plugin-info`]: info.replace('1.0', version) });
    await expect(inspectPackage({ name: 'a-1.0.tar.gz', content })).rejects.toMatchObject({
      code: 'plugin-not-valid',
      message: expect.stringContaining(named),
    });
  });

  it('with a name that is a path is refused', async () => {
    const content = await writePackage(treeOf('a', [file('plugin-info', info)]), 'tar.bz2');
    await expect(inspectPackage({ name: '../a.tar.bz2', content })).rejects.toMatchObject({ code: 'package-not-safe' });
  });
});
