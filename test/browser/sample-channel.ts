import { treeOf, writePackage } from '../../src/package/index.ts';
import type { TestServer } from '../../src/server/testing/start-test-server.ts';

/** A device plugin's package as a channel takes it. */
interface DevicePlugin {
  readonly id: string;
  readonly version: string;
  readonly vendor: string;
  readonly models: readonly string[];
  readonly description?: string;
  readonly french?: string;
  readonly family?: string;
  /** Further files: path → text. */
  readonly files?: Readonly<Record<string, string>>;
}

export async function devicePackage(plugin: DevicePlugin): Promise<{ name: string; content: Uint8Array }> {
  const { id, version, vendor, models, files = {} } = plugin;
  const info = {
    version,
    description: plugin.description ?? `Plugin for ${vendor} ${models.join(', ')}.`,
    description_fr: plugin.french ?? `Greffon pour ${vendor} ${models.join(', ')}.`,
    capabilities: Object.fromEntries(models.map((model) => [`${vendor}, ${model}`, { lines: 2, protocol: 'sip' }])),
  };
  const texts = {
    'plugin-info': `${JSON.stringify(info, null, 4)}\n`,
    'entry.py': `VERSION = '${version}'\n`,
    ...files,
  };
  const encoder = new TextEncoder();
  const entries = Object.entries(texts).map(
    ([path, text]) => ({ path, kind: 'file', mode: 0o644, bytes: encoder.encode(text) }) as const,
  );
  return { name: `${id}-${version}.tar.bz2`, content: await writePackage(treeOf(id, entries), 'tar.bz2') };
}

/** Publishes to a channel that the server itself serves, as an author would from elsewhere. */
export async function publish(server: TestServer, channel: string, ...plugins: readonly DevicePlugin[]): Promise<void> {
  const packages = await Promise.all(
    plugins.map(async (plugin) => ({ ...(await devicePackage(plugin)), family: plugin.family ?? null })),
  );
  await server.services.served?.repository.publish(channel, { who: 'ada', why: 'from the family', packages });
}

export const channelUrl = (server: TestServer, channel: string): string =>
  new URL(`plugins/1/${channel}/`, server.url).href;

export const spa754: DevicePlugin = {
  id: 'xivo-cisco-spa-7.5.4',
  version: '0.4',
  vendor: 'Cisco',
  models: ['SPA501G', 'SPA504G'],
  files: {
    'templates/base.tpl': '<flat-profile>\n</flat-profile>\n',
  },
};
export const newerSpa754: DevicePlugin = {
  ...spa754,
  version: '0.5',
  files: {
    'templates/base.tpl': '<flat-profile>\n  <Time_Zone>GMT</Time_Zone>\n</flat-profile>\n',
  },
};
export const otherPlugins: readonly DevicePlugin[] = [
  { id: 'xivo-cisco-spa-7.6.2', version: '1.1', vendor: 'Cisco', models: ['SPA502G', 'SPA525G2'] },
  { id: 'xivo-aastra-3.3.1-SP4', version: '1.6', vendor: 'Aastra', models: ['6731i', '6755i', '6757i'] },
  { id: 'xivo-snom-8.7.5.35', version: '2.0', vendor: 'Snom', models: ['710', '720', '760'] },
];
