import { LockstepError } from '../../failure/index.ts';
import type { RawConfig } from './sample-devices.ts';

/** A telephone of a server, with everything that its configurations say together. */
export interface RealDevice {
  readonly id: string;
  /** The plugin that the server gave it; null where it has none. */
  readonly plugin: string | null;
  readonly device: Readonly<Record<string, unknown>>;
  readonly rawConfig: RawConfig;
  /** What the outermost of its configurations says, which all telephones share. */
  readonly base: RawConfig;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * Reads telephones from what an old server answers under `dev_mgr/devices` and `cfg_mgr/configs`, put together as
 * `{"devices": […], "configs": […]}`; or from a list of devices that carry their `raw_config` themselves.
 */
export function readRealDevices(answer: unknown, shown: string): RealDevice[] {
  const told = isRow(answer) ? answer : {};
  const devices = rowsOf(Array.isArray(answer) ? answer : told['devices']);
  if (!devices) {
    throw new LockstepError('usage', `${shown} lists no devices.`, {
      hint: 'Give a list of devices, or an object with "devices" and "configs" as an old server answers.',
    });
  }
  const configs = new Map((rowsOf(told['configs']) ?? []).map((config) => [String(config['id']), config]));
  return devices.map((row, at) => {
    const { raw_config: own, ...device } = row;
    const chain = isRow(own) ? [own] : rawConfigsOf(String(device['config'] ?? ''), configs);
    return {
      id: String(device['id'] ?? device['mac'] ?? at + 1),
      plugin: typeof device['plugin'] === 'string' ? device['plugin'] : null,
      device,
      rawConfig: withDefaults(chain.reduce(merged, {})),
      base: withDefaults(chain[0] ?? {}),
    };
  });
}

/** The outermost first; each once. */
function rawConfigsOf(id: string, configs: ReadonlyMap<string, Row>, seen: ReadonlySet<string> = new Set()): Row[] {
  const config = configs.get(id);
  if (!config || seen.has(id)) return [];
  const parents = Array.isArray(config['parent_ids']) ? config['parent_ids'].map(String) : [];
  const above = parents.flatMap((parent) => rawConfigsOf(parent, configs, new Set([...seen, id])));
  return [...above, isRow(config['raw_config']) ? config['raw_config'] : {}];
}

function merged(under: Row, over: Row): Row {
  const result: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const before = result[key];
    result[key] = isRow(value) && isRow(before) ? merged(before, value) : value;
  }
  return result;
}

/** What a server adds where nothing is said. Its own address, which it knows and we do not, is one for examples. */
function withDefaults(set: Row): RawConfig {
  const lines = isRow(set['sip_lines']) ? set['sip_lines'] : {};
  return {
    ...{ ip: '192.0.2.1', http_port: 8667, tftp_port: 69, http_base_url: 'http://192.0.2.1:8667' },
    ...(set['sip_proxy_ip'] === undefined ? {} : { sip_registrar_ip: set['sip_proxy_ip'] }),
    ...{ sip_srtp_mode: 'disabled', sip_transport: 'udp', sccp_call_managers: {}, funckeys: {} },
    ...(set['syslog_enabled'] ? { syslog_port: 514, syslog_level: 'warning' } : {}),
    ...set,
    sip_lines: Object.fromEntries(
      Object.entries(lines).map(([number, line]) => {
        if (!isRow(line)) return [number, line];
        return [number, { registrar_ip: line['proxy_ip'], auth_username: line['username'], ...line }];
      }),
    ),
  };
}

function rowsOf(value: unknown): Row[] | null {
  return Array.isArray(value) ? value.filter(isRow) : null;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
