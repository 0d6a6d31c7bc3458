import { describe, expect, it } from 'vitest';
import { openStore } from '../store/index.ts';
import { type SettingSources, Settings } from './index.ts';

const places = { cache: '/data/cache', plugins: '/data/plugins' };
const open = async (sources: SettingSources = {}, store = openStore(':memory:')) => {
  const opened = await store;
  return { store: opened, settings: await Settings.open(opened, places, sources) };
};

describe('plugin settings', () => {
  it('come from the file, the environment, the command line and the page, each stronger than the one before', async () => {
    const sources = {
      file: { plugin_server: 'http://file/', cache_plugin: 'False', locale: 'fr', http_proxy: 'file:1' },
      environment: {
        LOCKSTEP_PLUGIN_SERVER: 'http://environment/',
        LOCKSTEP_LOCALE: 'de',
        http_proxy: 'http://environment:2',
      },
      commandLine: { plugin_server: 'http://line/' },
    };
    const { settings, store } = await open(sources);
    const seen = () =>
      settings
        .list()
        .map(({ name, value, source }) => `${name} ${value} ${source}`)
        .slice(0, 2);
    expect(seen()).toEqual(['plugin_server http://line/ command line', 'http_proxy http://environment:2 environment']);
    expect(settings.get()).toMatchObject({ cache_plugin: false, locale: 'de', cache_dir: '/data/cache' });
    await settings.set('plugin_server', 'http://page/testing');
    const again = await Settings.open(store, places, sources);
    expect(again.view('plugin_server')).toMatchObject({ value: 'http://page/testing/', source: 'stored' });
    await again.set('plugin_server', null);
    expect(again.view('plugin_server')).toMatchObject({ value: 'http://line/', source: 'command line' });
    await store.close();
  });

  it('cache_plugin means what it says', async () => {
    for (const [text, kept] of [
      ['True', true],
      ['yes', true],
      ['False', false],
      ['0', false],
    ] as const) {
      const { settings, store } = await open({ file: { cache_plugin: text } });
      expect(settings.get().cache_plugin).toBe(kept);
      await store.close();
    }
  });

  it.each<[string, unknown, string]>([
    ['plugin_server', 'nourl', 'no scheme: nourl'],
    ['plugin_server', 'ftp://host/x', 'only http and https'],
    ['plugin_server', 'http://', 'no host'],
    ['http_proxy', 'http://host/path', 'no path'],
    ['locale', 'français', 'not a locale'],
    ['cache_plugin', 'perhaps', 'neither true nor false'],
    ['cache_dir', '/elsewhere', 'configuration'],
  ])('refuse %s = %j in words', async (name, value, words) => {
    const { settings, store } = await open();
    await expect(settings.set(name, value)).rejects.toMatchObject({
      code: 'setting-not-valid',
      message: expect.stringContaining(words),
    });
    await store.close();
  });

  it('that do not exist are refused', async () => {
    const { settings, store } = await open();
    expect(() => settings.view('nosuch')).toThrow(expect.objectContaining({ code: 'setting-unknown' }));
    await expect(settings.set('nosuch', 1)).rejects.toMatchObject({ code: 'setting-unknown' });
    await store.close();
  });

  it('name no folder that is not absolute', async () => {
    await expect(open({ file: { cache_dir: 'relative' } })).rejects.toMatchObject({ code: 'setting-not-valid' });
  });
});
