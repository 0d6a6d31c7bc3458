import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Setting, settingRoutes, TriedUrl } from '../../api/settings.ts';
import { LockstepError } from '../../failure/index.ts';
import type { SettingView } from '../../host/index.ts';
import { compareVersions } from '../../plugin/index.ts';
import type { Acts, Given } from '../act.ts';
import { loadExamples } from '../processes/load-examples.ts';
import type { Services } from '../services.ts';

export function settingActs(services: Services): Acts<typeof settingRoutes> {
  const { host, pluginWork, record } = services;
  return {
    listSettings: async () => host.settings.list().map(describeSetting),
    changeSetting: async ({ params, body, actor }) => {
      await pluginWork.changeSetting(params.name, body.value);
      const view = host.settings.view(params.name);
      await record(actor, 'setting.changed', 'setting', params.name, { value: withoutPassword(view.value) ?? '' });
      return describeSetting(view);
    },
    resetSetting: async ({ params, actor }) => {
      await pluginWork.changeSetting(params.name, null);
      await record(actor, 'setting.reset', 'setting', params.name, {});
      return describeSetting(host.settings.view(params.name));
    },
    tryPluginServer: async ({ body }) => tryChannel(services, body.url),
    showCache: async () => measure(host.settings.get().cache_dir),
    clearCache: async ({ actor }) => {
      const held = await measure(host.settings.get().cache_dir);
      await host.clearCache();
      await record(actor, 'cache.cleared', 'server', 'cache', held);
      return held;
    },
    loadExamples: async ({ actor }) => loadExamples(services, actor),
  };
}

const kinds: Readonly<Record<string, Setting['kind']>> = {
  plugin_server: 'url',
  http_proxy: 'url',
  https_proxy: 'url',
  ftp_proxy: 'url',
  cache_plugin: 'boolean',
  cache_dir: 'folder',
  plugins_dir: 'folder',
};

function describeSetting({ name, description, value, source, changeable }: SettingView): Setting {
  return {
    name,
    description,
    kind: kinds[name] ?? 'text',
    value: withoutPassword(value),
    source: source === 'command line' ? 'flag' : source,
    editable: changeable,
  };
}

/** A proxy's password is kept, used and never shown. */
function withoutPassword(value: string | boolean | null): string | boolean | null {
  return typeof value === 'string' ? value.replace(/^(\w+:\/\/[^\s/:@]*):[^\s/@]+@/, '$1:***@') : value;
}

async function tryChannel({ host }: Services, url: string): Promise<Given<TriedUrl>> {
  const nothing = { url, plugins: 0, newPlugins: 0, upgrades: 0, signed: false, changedAt: null, problems: [] };
  if (!/^https?:\/\/[^/]/.test(url)) {
    return { ...nothing, reachable: false, reason: 'The address must begin with http:// or https://.' };
  }
  try {
    const offer = await host.tryChannel(url.endsWith('/') ? url : `${url}/`, AbortSignal.timeout(15_000));
    const entries = [...offer.index.values()];
    const installed = (id: string): string | undefined => host.plugins.get(id)?.release.version;
    return {
      ...nothing,
      reachable: true,
      reason: null,
      plugins: entries.length,
      newPlugins: entries.filter(({ id }) => installed(id) === undefined).length,
      upgrades: entries.filter(({ id, version }) => {
        const here = installed(id);
        return here !== undefined && compareVersions(version, here) > 0;
      }).length,
      signed: offer.signed,
      problems: offer.problems,
    };
  } catch (thrown) {
    const error = thrown instanceof LockstepError ? thrown : null;
    const reason = error ? `${error.message}${error.hint ? ` ${error.hint}` : ''}` : (thrown as Error).message;
    return { ...nothing, reachable: false, reason };
  }
}

async function measure(folder: string): Promise<{ files: number; bytes: number }> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (found) => found.size,
        () => 0,
      ),
    ),
  );
  return { files: names.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
