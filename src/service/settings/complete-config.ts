import type { KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { Static } from 'typebox';
import { LockstepError } from '../../failure/index.ts';
import { readTraceSettings } from '../telemetry/trace-settings.ts';
import type { ConfigSchema, ConfigSource, ServerConfig } from './config.ts';
import type { OpenIdSettings } from './openid-settings.ts';

type Written = Static<typeof ConfigSchema>;

export interface CompleteInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** From the command line; they win over the environment, which wins over the file. */
  readonly flags: {
    readonly data?: string | undefined;
    readonly database?: string | undefined;
    readonly host?: string | undefined;
    readonly port?: number | undefined;
    readonly repository?: string | undefined;
    readonly keys?: string | undefined;
    readonly pluginServer?: string | undefined;
    readonly web?: string | undefined;
  };
  readonly cwd: string;
}

const settingNames = [
  'plugin_server',
  'cache_plugin',
  'cache_dir',
  'plugins_dir',
  'locale',
  'http_proxy',
  'https_proxy',
] as const;

/** What had to be read elsewhere before. */
interface Brought {
  readonly key: KeyObject | null;
  /** Where the key was read. */
  readonly keyFile?: string | null;
  readonly openid: OpenIdSettings | null;
}

/** What is written, with what the environment and the command line say instead, and every default. */
export function completeConfig(
  written: Written,
  { env, flags, cwd }: CompleteInput,
  { key, keyFile = null, openid }: Brought,
): ServerConfig {
  const folder = (path: string | undefined): string | null =>
    path === undefined ? null : /^[a-z][a-z0-9+.-]+:\/\//i.test(path) ? path : resolve(cwd, path);
  const plugins: Record<string, { value: string | boolean; source: ConfigSource }> = {};
  for (const name of settingNames) {
    const fromFile = written.plugins?.[name];
    if (fromFile !== undefined) plugins[name] = { value: fromFile, source: 'file' };
    const fromEnv = env[`LOCKSTEP_${name.toUpperCase()}`];
    if (fromEnv !== undefined) plugins[name] = { value: readSetting(name, fromEnv), source: 'environment' };
  }
  if (flags.pluginServer !== undefined) plugins['plugin_server'] = { value: flags.pluginServer, source: 'flag' };
  const url = readUrl(env['LOCKSTEP_URL'] ?? written.listen?.url);
  if (openid !== null && url === null) throw withoutUrl();
  const port = flags.port ?? readPortOf(env, 'LOCKSTEP_PORT');
  return {
    data: folder(flags.data ?? env['LOCKSTEP_DATA'] ?? written.data ?? './lockstep-data')!,
    database: flags.database ?? env['LOCKSTEP_DATABASE'] ?? written.database ?? null,
    databaseDirect: env['LOCKSTEP_DATABASE_DIRECT'] ?? written.databaseDirect ?? null,
    listen: {
      host: flags.host ?? env['LOCKSTEP_HOST'] ?? written.listen?.host ?? '127.0.0.1',
      port: port ?? written.listen?.port ?? 8667,
      url,
      proxies: readProxies(env['LOCKSTEP_PROXIES']?.split(/[\s,]+/).filter(Boolean) ?? written.listen?.proxies ?? []),
      grace: written.listen?.grace ?? 0,
    },
    repository: folder(flags.repository ?? env['LOCKSTEP_SERVED_REPOSITORY'] ?? written.repository),
    keys: folder(flags.keys ?? env['LOCKSTEP_KEYS'] ?? written.keys),
    web: folder(flags.web ?? env['LOCKSTEP_WEB'] ?? written.web),
    plugins,
    limits: {
      body: written.limits?.body ?? 16 * 1024 * 1024,
      upload: written.limits?.upload ?? 512 * 1024 * 1024,
      perMinute: written.limits?.perMinute ?? 6000,
    },
    log: { level: written.log?.level ?? 'info' },
    metrics: {
      host: env['LOCKSTEP_METRICS_HOST'] ?? written.metrics?.host ?? '127.0.0.1',
      port: readPortOf(env, 'LOCKSTEP_METRICS_PORT') ?? written.metrics?.port ?? null,
    },
    publicHistory: written.publicHistory ?? false,
    basicPasswords: written.basicPasswords ?? false,
    traces: readTraceSettings(written.traces ?? {}, env, 'lockstep'),
    agent: {
      builtIn: written.agent?.builtIn ?? true,
      user: written.agent?.user ?? null,
      properties: written.agent?.properties ?? {},
      environment: written.agent?.environment ?? [],
    },
    runs: { keepDays: written.runs?.keepDays ?? 90, keepCount: written.runs?.keepCount ?? 20, key, keyFile },
    openid,
    prune: {
      versions: written.prune?.versions ?? 0,
      plans: written.prune?.plans ?? 0,
      upgrades: written.prune?.upgrades ?? 0,
      keepUpgrades: written.prune?.keepUpgrades ?? 0,
      activity: written.prune?.activity ?? 0,
    },
    dialect: written.dialect ?? null,
    development: written.development ?? false,
  };
}

function readSetting(name: string, text: string): string | boolean {
  if (name !== 'cache_plugin') return text;
  if (/^(true|yes|on|1)$/i.test(text)) return true;
  if (/^(false|no|off|0)$/i.test(text)) return false;
  throw new LockstepError('config-not-valid', `LOCKSTEP_${name.toUpperCase()} is "${text}".`, {
    hint: 'Say true or false.',
  });
}

/** Addresses, networks such as 10.0.0.0/8, or the names that mean some. */
function readProxies(proxies: readonly string[]): readonly string[] {
  for (const proxy of proxies) {
    const [address = '', bits = '0'] = proxy.split('/');
    const length = isIP(address) === 6 ? 128 : 32;
    if (['loopback', 'linklocal', 'uniquelocal'].includes(proxy)) continue;
    if (isIP(address) > 0 && /^\d+$/.test(bits) && Number(bits) <= length) continue;
    throw new LockstepError('config-not-valid', `"${proxy}" is no address of a proxy.`, {
      hint: 'Say `listen.proxies` or LOCKSTEP_PROXIES as addresses (10.1.2.3, 10.0.0.0/8) or loopback, linklocal, uniquelocal.',
    });
  }
  return proxies;
}

/** How others reach this server; its path, if it has one, is the one below which a proxy shows it. */
function readUrl(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  const url = URL.parse(text);
  if (
    url &&
    /^https?:$/.test(url.protocol) &&
    !url.search &&
    !url.hash &&
    !url.username &&
    /^[\w./~-]*$/.test(url.pathname)
  )
    return text;
  throw new LockstepError('config-not-valid', `"${text}" is no address under which others reach this server.`, {
    hint: 'Say `listen.url` or LOCKSTEP_URL as https://host/path, with nothing behind the path.',
  });
}

function withoutUrl(): LockstepError {
  return new LockstepError('config-not-valid', 'A provider sends people back to `listen.url`, which is not said.', {
    hint: 'Say `listen.url` or LOCKSTEP_URL, beside `openid`.',
  });
}

function readPortOf(env: CompleteInput['env'], name: string): number | undefined {
  const text = env[name];
  if (text === undefined) return undefined;
  const port = Number(text);
  if (text.trim() !== '' && Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new LockstepError('config-not-valid', `${name} is "${text}".`, { hint: 'Give a number from 0 to 65535.' });
}
