import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Static } from 'typebox';
import { Value } from 'typebox/value';
import { isMap, isPair, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { LockstepError, type Place } from '../../failure/index.ts';
import { readRunKey } from '../runs/run-key.ts';
import { readTraceSettings } from '../telemetry/trace-settings.ts';
import { ConfigSchema, type ConfigSource, type ServerConfig } from './config.ts';
import { parseProvdConf } from './parse-provd-conf.ts';

type Written = Static<typeof ConfigSchema>;

export interface ConfigInput {
  readonly file: string | null;
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

/** Reads the configuration: YAML, JSON or an old provd.conf, then the environment, then the command line. */
export async function readConfig(input: ConfigInput): Promise<ServerConfig> {
  const written = input.file === null ? {} : parseConfig(await readText(input.file), input.file);
  const { keyFile } = written.runs ?? {};
  const key = await readRunKey(input.env, keyFile === undefined ? undefined : resolve(input.cwd, keyFile));
  return completeConfig(written, input, key);
}

/** Throws `config-not-valid` with line and column of the first fault. */
export function parseConfig(text: string, file: string): Written {
  if (file.endsWith('.conf')) return parseProvdConf(text, file);
  if (text.length > largest) throw notValid(`More than ${largest} letters are no configuration.`, start(file));
  const lines = new LineCounter();
  const document = readDocument(text, lines, file);
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const [fault] = document.errors;
  if (fault) throw notValid(fault.message, placeAt(fault.pos[0]));
  const value = plainValue(document, placeAt, file);
  const errors = Value.Errors(ConfigSchema, value).filter((error) => error.keyword !== 'boolean');
  const [error] = errors;
  if (error) {
    const unknown = (error.params as { additionalProperties?: string[] }).additionalProperties?.[0];
    const path = error.instancePath.split('/').slice(1);
    const at = placeAt(offsetOf(document.contents as Node | null, unknown ? [...path, unknown] : path));
    const name = [...path, ...(unknown ? [unknown] : [])].join('.') || 'the file';
    throw notValid(unknown ? `"${name}" is no key of the configuration.` : `"${name}" ${error.message}.`, at);
  }
  return value as Written;
}

/** Far more than any configuration has. */
const largest = 256 * 1024;

const start = (file: string): Place => ({ file, line: 1, column: 1 });

function readDocument(text: string, lineCounter: LineCounter, file: string) {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false });
  } catch (thrown) {
    // its parser goes as deep as the text
    if (thrown instanceof RangeError) throw tooDeep(file);
    throw thrown;
  }
}

function tooDeep(file: string): LockstepError {
  return notValid('The file nests too deeply.', start(file));
}

/** An alias without its anchor, or too many of them, shows only here. */
function plainValue(
  document: ReturnType<typeof parseDocument>,
  placeAt: (offset: number) => Place,
  file: string,
): unknown {
  try {
    return document.toJS() ?? {};
  } catch (thrown) {
    if (thrown instanceof RangeError) throw tooDeep(file);
    let at = 0;
    visit(document, {
      Alias(_key, node) {
        at = node.range?.[0] ?? 0;
        return visit.BREAK;
      },
    });
    throw notValid((thrown as Error).message, placeAt(at));
  }
}

/** Where a key stands, or what encloses it. */
function offsetOf(node: Node | null, path: readonly string[]): number {
  let current: unknown = node;
  let offset = node?.range?.[0] ?? 0;
  for (const key of path) {
    if (!isMap(current)) break;
    const pair = current.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key);
    if (!pair) break;
    offset = (pair.key as Node).range?.[0] ?? offset;
    current = pair.value;
  }
  return offset;
}

function notValid(message: string, where: Place): LockstepError {
  return new LockstepError('config-not-valid', message, {
    where,
    hint: 'docs/configuration.md describes every key.',
  });
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    throw new LockstepError('config-not-valid', `The configuration ${file} cannot be read.`, {
      hint: 'Check the path and who may read it.',
      cause: thrown,
    });
  }
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

function completeConfig(written: Written, { env, flags, cwd }: ConfigInput, key: KeyObject | null): ServerConfig {
  const folder = (path: string | undefined): string | null =>
    path === undefined ? null : path.startsWith('s3://') ? path : resolve(cwd, path);
  const plugins: Record<string, { value: string | boolean; source: ConfigSource }> = {};
  for (const name of settingNames) {
    const fromFile = written.plugins?.[name];
    if (fromFile !== undefined) plugins[name] = { value: fromFile, source: 'file' };
    const fromEnv = env[`LOCKSTEP_${name.toUpperCase()}`];
    if (fromEnv !== undefined) plugins[name] = { value: readSetting(name, fromEnv), source: 'environment' };
  }
  if (flags.pluginServer !== undefined) plugins['plugin_server'] = { value: flags.pluginServer, source: 'flag' };
  const port = flags.port ?? (env['LOCKSTEP_PORT'] === undefined ? undefined : readPort(env['LOCKSTEP_PORT']));
  return {
    data: folder(flags.data ?? env['LOCKSTEP_DATA'] ?? written.data ?? './lockstep-data')!,
    database: flags.database ?? env['LOCKSTEP_DATABASE'] ?? written.database ?? null,
    databaseDirect: env['LOCKSTEP_DATABASE_DIRECT'] ?? written.databaseDirect ?? null,
    listen: {
      host: flags.host ?? env['LOCKSTEP_HOST'] ?? written.listen?.host ?? '127.0.0.1',
      port: port ?? written.listen?.port ?? 8667,
      url: env['LOCKSTEP_URL'] ?? written.listen?.url ?? null,
      proxies: written.listen?.proxies ?? [],
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
    traces: readTraceSettings(written.traces ?? {}, env, 'lockstep'),
    agent: {
      builtIn: written.agent?.builtIn ?? true,
      user: written.agent?.user ?? null,
      properties: written.agent?.properties ?? {},
      environment: written.agent?.environment ?? [],
    },
    runs: { keepDays: written.runs?.keepDays ?? 90, keepCount: written.runs?.keepCount ?? 20, key },
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

function readPort(text: string): number {
  const port = Number(text);
  if (text.trim() !== '' && Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new LockstepError('config-not-valid', `LOCKSTEP_PORT is "${text}".`, {
    hint: 'Give a number from 0 to 65535.',
  });
}
