import { isAbsolute, resolve } from 'node:path';
import { LockstepError } from '../failure/index.ts';
import type { Store } from '../store/index.ts';

/** A server's plugin settings, complete. */
export interface PluginSettings {
  /** URL of the channel, ending in `/`; null while none is set. */
  readonly plugin_server: string | null;
  /** Keep downloaded packages and use them again where their digest is the index's. */
  readonly cache_plugin: boolean;
  readonly cache_dir: string;
  readonly plugins_dir: string;
  /** `fr`, `fr_CA`; null for the descriptions' own language. */
  readonly locale: string | null;
  readonly http_proxy: string | null;
  readonly https_proxy: string | null;
  /** Known by the old server; nothing here speaks FTP. */
  readonly ftp_proxy: string | null;
  /** Hosts that are reached directly, comma-separated. */
  readonly no_proxy: string | null;
}

export type SettingName = keyof PluginSettings;
export type SettingSource = 'default' | 'file' | 'environment' | 'command line' | 'stored';

export interface SettingView {
  readonly name: SettingName;
  readonly description: string;
  readonly value: string | boolean | null;
  readonly source: SettingSource;
  /** False for what only the configuration may say, since it names places on the server's disk. */
  readonly changeable: boolean;
}

interface SettingRule {
  readonly description: string;
  readonly changeable: boolean;
  /** The value as it is kept; throws a sentence about what is wrong. */
  readonly read: (value: unknown) => string | boolean | null;
}

const rules: Record<SettingName, SettingRule> = {
  plugin_server: { description: 'The plugins repository URL', changeable: true, read: channelUrl },
  http_proxy: {
    description: 'The proxy for HTTP requests. Format is "http://[user:password@]host:port"',
    changeable: true,
    read: proxyUrl,
  },
  https_proxy: {
    description: 'The proxy for HTTPS requests. Format is "http://[user:password@]host:port"',
    changeable: true,
    read: proxyUrl,
  },
  ftp_proxy: {
    description: 'The proxy for FTP requests. Format is "http://[user:password@]host:port"',
    changeable: true,
    read: proxyUrl,
  },
  no_proxy: {
    description: 'Hosts that are reached without a proxy, separated by commas',
    changeable: true,
    read: textOrNull,
  },
  locale: { description: 'The current locale. Example: fr_FR', changeable: true, read: localeName },
  cache_plugin: {
    description: 'Keep downloaded packages and use them again while their digest is the one in the list',
    changeable: true,
    read: yesOrNo,
  },
  cache_dir: { description: 'The folder of downloaded packages', changeable: false, read: folderPath },
  plugins_dir: { description: 'The folder in which plugins are installed', changeable: false, read: folderPath },
};

export const settingNames = Object.keys(rules) as SettingName[];

/** Where settings come from, weakest first; what is stored wins over all. */
export interface SettingSources {
  readonly file?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly commandLine?: Readonly<Record<string, unknown>>;
}

interface StoredSetting {
  readonly key: string;
  readonly value: string;
}

/** The settings of one server: read once from their sources, changed through `set`, which stores. */
export class Settings {
  readonly #store: Store;
  readonly #defaults: PluginSettings;
  readonly #values = new Map<SettingName, { value: string | boolean | null; source: SettingSource }>();
  readonly #configured = new Map<SettingName, { value: string | boolean | null; source: SettingSource }>();

  private constructor(store: Store, defaults: PluginSettings) {
    this.#store = store;
    this.#defaults = defaults;
  }

  static async open(
    store: Store,
    places: { readonly cache: string; readonly plugins: string },
    sources: SettingSources = {},
  ): Promise<Settings> {
    const defaults = {
      ...{ plugin_server: null, cache_plugin: true, locale: null },
      ...{ http_proxy: null, https_proxy: null, ftp_proxy: null, no_proxy: null },
      ...{ cache_dir: places.cache, plugins_dir: places.plugins },
    };
    const settings = new Settings(store, defaults);
    settings.#take(sources.file ?? {}, 'file');
    settings.#take(fromEnvironment(sources.environment ?? {}), 'environment');
    settings.#take(sources.commandLine ?? {}, 'command line');
    settings.#takeStored(await settings.#stored());
    return settings;
  }

  get(): PluginSettings {
    const values = Object.fromEntries([...this.#values].map(([name, { value }]) => [name, value]));
    return { ...this.#defaults, ...values };
  }

  list(): SettingView[] {
    return settingNames.map((name) => this.view(name));
  }

  /** Throws `setting-unknown`. */
  view(name: string): SettingView {
    const known = knownName(name);
    const { description, changeable } = rules[known];
    const set = this.#values.get(known);
    return {
      name: known,
      description,
      changeable,
      value: set ? set.value : this.#defaults[known],
      source: set?.source ?? 'default',
    };
  }

  /** Stores a value; null goes back to what the configuration says. Throws `setting-unknown`, `setting-not-valid`. */
  async set(name: string, value: unknown): Promise<void> {
    const known = knownName(name);
    if (!rules[known].changeable) {
      throw new LockstepError('setting-not-valid', `${known} can only be set in the server's configuration.`, {
        hint: 'Edit the configuration file and start the server again.',
      });
    }
    const read = readValue(known, value);
    const key = `host.${known}`;
    if (read === null && value === null) {
      await this.#store.db.deleteFrom('setting').where('key', '=', key).execute();
      const configured = this.#configured.get(known);
      if (configured) this.#values.set(known, configured);
      else this.#values.delete(known);
      return;
    }
    const text = JSON.stringify(read);
    await this.#store.db
      .insertInto('setting')
      .values({ key, value: text })
      .onConflict((on) => on.column('key').doUpdateSet({ value: text }))
      .execute();
    this.#values.set(known, { value: read, source: 'stored' });
  }

  /** Takes over what another server on the same database stored. */
  async refresh(): Promise<void> {
    const rows = await this.#stored();
    // at one go: nobody reads while a value is away
    for (const name of settingNames) {
      if (this.#values.get(name)?.source !== 'stored') continue;
      const configured = this.#configured.get(name);
      if (configured) this.#values.set(name, configured);
      else this.#values.delete(name);
    }
    this.#takeStored(rows);
  }

  #take(values: Readonly<Record<string, unknown>>, source: SettingSource): void {
    for (const name of settingNames) {
      const value = values[name];
      if (value === undefined) continue;
      const entry = { value: readValue(name, value), source };
      this.#values.set(name, entry);
      this.#configured.set(name, entry);
    }
  }

  #stored(): Promise<readonly StoredSetting[]> {
    return this.#store.db.selectFrom('setting').selectAll().where('key', 'like', 'host.%').execute();
  }

  #takeStored(rows: readonly StoredSetting[]): void {
    for (const { key, value } of rows) {
      const name = key.slice('host.'.length);
      if (isName(name)) this.#values.set(name, { value: JSON.parse(value), source: 'stored' });
    }
  }
}

function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const name of settingNames) {
    const own = environment[`LOCKSTEP_${name.toUpperCase()}`];
    const usual = /_proxy$/.test(name) ? (environment[name] ?? environment[name.toUpperCase()]) : undefined;
    if (own !== undefined) values[name] = own;
    else if (usual) values[name] = usual;
  }
  return values;
}

function isName(name: string): name is SettingName {
  return Object.hasOwn(rules, name);
}

function knownName(name: string): SettingName {
  if (isName(name)) return name;
  throw new LockstepError('setting-unknown', `There is no setting "${name}".`, {
    hint: `There are ${settingNames.join(', ')}.`,
  });
}

function readValue(name: SettingName, value: unknown): string | boolean | null {
  try {
    return rules[name].read(value);
  } catch (error) {
    throw new LockstepError('setting-not-valid', `${name}: ${(error as Error).message}`, {
      hint: rules[name].description,
    });
  }
}

function textOrNull(value: unknown): string | null {
  if (value === null || value === '') return null;
  if (typeof value !== 'string') throw new Error('not a text');
  return value.trim();
}

function channelUrl(value: unknown): string | null {
  const text = textOrNull(value);
  if (text === null) return null;
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text)) throw new Error(`no scheme: ${text}`);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || url.hostname === '') throw new Error(`no host: ${text}`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error(`only http and https: ${text}`);
  return text.endsWith('/') ? text : `${text}/`;
}

function proxyUrl(value: unknown): string | null {
  const text = textOrNull(value);
  if (text === null) return null;
  const full = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : null;
  if (!url || url.hostname === '' || !/^https?:$/.test(url.protocol)) throw new Error('not a proxy address');
  if (url.pathname !== '/' || url.search || url.hash) throw new Error('a proxy address has no path');
  return full;
}

function localeName(value: unknown): string | null {
  const text = textOrNull(value);
  if (text !== null && !/^[a-z]{2,3}([_-][A-Za-z]{2,4})?$/.test(text)) throw new Error(`not a locale: ${text}`);
  return text?.replace('-', '_') ?? null;
}

function yesOrNo(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const text = String(value).trim().toLowerCase();
  if (['true', 'yes', 'on', '1'].includes(text)) return true;
  if (['false', 'no', 'off', '0'].includes(text)) return false;
  throw new Error(`neither true nor false: ${text}`);
}

function folderPath(value: unknown): string {
  const text = textOrNull(value);
  if (text === null || !isAbsolute(text)) throw new Error(`not an absolute path: ${text}`);
  return resolve(text);
}
