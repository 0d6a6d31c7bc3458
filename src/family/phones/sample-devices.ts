import { pairwise } from './pairwise.ts';
import type { PhonePlugin } from './phone-plugin.ts';

/** A telephone, and what its server would tell a plugin about it. */
export interface PhoneDevice {
  readonly key: string;
  readonly device: Readonly<Record<string, unknown>>;
  readonly rawConfig: RawConfig;
  /** Which of the plugin's common settings are its own. */
  readonly common: number;
}

export type RawConfig = Readonly<Record<string, unknown>>;

/** What may be there or not. The first value of each is the plainer one. */
const factors: readonly (readonly RawConfig[])[] = [
  [{}, { dns_enabled: true, dns_ip: '192.0.2.53' }],
  [{}, { ntp_enabled: true, ntp_ip: '192.0.2.123' }],
  [{}, { vlan_enabled: true, vlan_id: 42 }, { vlan_enabled: true, vlan_id: 42, vlan_priority: 5, vlan_pc_port_id: 7 }],
  [{}, { syslog_enabled: true, syslog_ip: '192.0.2.14', syslog_port: 514, syslog_level: 'warning' }],
  [{}, { admin_username: 'admin', admin_password: 'a<b&"1' }],
  [{}, { user_username: 'user', user_password: 'user-1' }],
  [{}, { timezone: 'Europe/Paris' }, { timezone: 'America/Montreal' }],
  [{}, { locale: 'fr_FR' }, { locale: 'en_US' }],
  [{}, { sip_dtmf_mode: 'RTP-in-band' }, { sip_dtmf_mode: 'RTP-out-of-band' }, { sip_dtmf_mode: 'SIP-INFO' }],
  [{}, { sip_transport: 'tcp' }, { sip_transport: 'tls' }],
  [{}, { sip_srtp_mode: 'preferred' }, { sip_srtp_mode: 'required' }],
  [{}, { sip_subscribe_mwi: true }],
  [{}, { sip_outbound_proxy_ip: '192.0.2.7', sip_outbound_proxy_port: 5060 }],
  [{}, { sip_proxy_port: 5060, sip_registrar_ip: '192.0.2.5', sip_registrar_port: 5060 }],
  [{}, { exten_voicemail: '*98' }],
  [{}, extensions()],
  [{}, { X_xivo_phonebook_ip: '192.0.2.80', X_xivo_user_uuid: '11111111-2222-3333-4444-555555555555' }],
  [{}, certificates()],
];

/** By what a device can do: the same for the same, and not worked out again. */
const alike = new Map<string, readonly RawConfig[]>();

/** What only devices get that may have a second server. */
const backup: RawConfig = {
  ...{ sip_backup_proxy_ip: '192.0.2.6', sip_backup_proxy_port: 5060 },
  ...{ sip_backup_registrar_ip: '192.0.2.6', sip_backup_registrar_port: 5060 },
};

const base: RawConfig = {
  ...{ ip: '192.0.2.1', http_port: 8667, tftp_port: 69, http_base_url: 'http://192.0.2.1:8667' },
  ...{ sip_proxy_ip: '192.0.2.5', sip_registrar_ip: '192.0.2.5', sip_srtp_mode: 'disabled', sip_transport: 'udp' },
};

const anyDevice: readonly [string, Readonly<Record<string, unknown>>] = ['*, *, *', {}];

export interface Samples {
  readonly devices: readonly PhoneDevice[];
  readonly commons: readonly RawConfig[];
}

/**
 * Sample telephones of a plugin: for each device that its capabilities name, one for each row of a pairwise selection of
 * what a server may have set, what the device can do among it.
 */
export function sampleDevices(plugin: PhonePlugin): Samples {
  const entries = Object.entries(capabilitiesOf(plugin.info));
  const devices = (entries.length > 0 ? entries : [anyDevice]).flatMap(([name, can], at) => {
    const kind = JSON.stringify(
      ['lines', 'function_keys', 'expansion_modules', 'high_availability', 'protocol'].map((key) => can[key]),
    );
    const configs = alike.get(kind) ?? sampleConfigs(can);
    alike.set(kind, configs);
    return configs.map((rawConfig, row): PhoneDevice => {
      const serial = (at * 64 + row).toString(16).padStart(6, '0');
      return { key: `${name} #${row + 1}`, device: deviceOf(name, serial, plugin.id), rawConfig, common: row };
    });
  });
  const most = Math.max(...devices.map(({ common }) => common)) + 1;
  const commons = devices
    .slice(0, most)
    .map(({ rawConfig }) => ({ ...rawConfig, sip_lines: {}, sccp_call_managers: {}, funckeys: {} }));
  return { devices, commons };
}

function sampleConfigs(can: Readonly<Record<string, unknown>>): readonly RawConfig[] {
  const own = ownFactors(can);
  const sizes = [...factors.map(({ length }) => length), ...own.map((values) => values.length)];
  return [...pairwise(sizes), sizes.map((size) => size - 1)].map((values) => {
    const shared = Object.assign(
      {},
      base,
      ...values.slice(0, factors.length).map((value, factor) => factors[factor]![value]),
    );
    const rest = Object.assign({}, ...values.slice(factors.length).map((value, factor) => own[factor]![value]));
    const { lines, keys, ...more } = rest;
    const set: RawConfig = { ...shared, ...more };
    return { ...set, ...lineSettings(can, Number(lines), set), funckeys: functionKeys(Number(keys)) };
  });
}

/** The capabilities that a plugin-info declares, as far as they are objects. */
export function capabilitiesOf(info: PhonePlugin['info']): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const declared = info['capabilities'];
  if (typeof declared !== 'object' || declared === null || Array.isArray(declared)) return {};
  return Object.fromEntries(
    Object.entries(declared).map(([key, can]) => [key, typeof can === 'object' && can !== null ? can : {}]),
  );
}

/** `Vendor, Model, Firmware`; a part that is `*` is undefined. */
export function partsOf(name: string): { vendor?: string; model?: string; version?: string } {
  const [vendor = '*', model = '*', ...rest] = name.split(',').map((part) => part.trim());
  const version = rest.join(', ');
  return {
    ...(vendor === '*' ? {} : { vendor }),
    ...(model === '*' ? {} : { model }),
    ...(version === '*' || version === '' ? {} : { version }),
  };
}

function deviceOf(name: string, serial: string, plugin: string): Readonly<Record<string, unknown>> {
  const mac = `00:15:65:${serial.replace(/(..)(?=.)/g, '$1:')}`;
  const id = `00156500${serial}`;
  return {
    ...{
      id,
      mac,
      ip: '192.0.2.200',
      plugin,
      config: id,
      configured: true,
      added: 'auto',
      is_new: false,
      remote_state_sip_username: id,
    },
    ...partsOf(name),
    options: { switchboard: false },
    sn: `SN${serial}`,
    uuid: `00000000-0000-0000-0000-000000${serial}`,
  };
}

function ownFactors(can: Readonly<Record<string, unknown>>): (readonly RawConfig[])[] {
  const most = numberOf(can['lines'], 2);
  const keys = numberOf(can['function_keys'], 4) + numberOf(can['expansion_modules'], 0) * 20;
  const lines = [...new Set([Math.min(most, 1), Math.min(most, 16)])].map((count) => ({ lines: count }));
  const shown = [...new Set([0, Math.min(keys, 48)])].map((count) => ({ keys: count }));
  return [lines, shown, ...(can['high_availability'] === false ? [] : [[{}, backup]])];
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.trunc(value) : otherwise;
}

/** Names are as people write them: with an ampersand, a letter of their own and quotes. */
function lineSettings(can: Readonly<Record<string, unknown>>, count: number, set: RawConfig): RawConfig {
  const numbers = Array.from({ length: count }, (_none, at) => at + 1);
  if (can['protocol'] === 'sccp') {
    const managers = { 1: { ip: '192.0.2.5', port: 2000 }, ...(count > 1 ? { 2: { ip: '192.0.2.6' } } : {}) };
    return { protocol: 'SCCP', sccp_call_managers: managers, sip_lines: {} };
  }
  const lines = numbers.map((number) => [
    String(number),
    {
      ...{
        proxy_ip: '192.0.2.5',
        registrar_ip: '192.0.2.5',
        username: `user${number}`,
        auth_username: `auth${number}`,
      },
      ...{ password: `secret-${number}`, display_name: `Ada & Zoé "${number}"`, number: `10${number}` },
      ...(set['sip_backup_proxy_ip'] ? { backup_proxy_ip: '192.0.2.6', backup_registrar_ip: '192.0.2.6' } : {}),
      ...(set['exten_voicemail'] && number % 2 === 0 ? { voicemail: '*97' } : {}),
      ...(set['sip_proxy_port'] ? { proxy_port: 5060, registrar_port: 5060 } : {}),
      ...(set['sip_outbound_proxy_ip'] ? { outbound_proxy_ip: '192.0.2.7', outbound_proxy_port: 5060 } : {}),
    },
  ]);
  return { protocol: 'SIP', sip_lines: Object.fromEntries(lines), sccp_call_managers: {} };
}

function functionKeys(count: number): RawConfig {
  const kinds = [
    { type: 'speeddial', value: '1001', label: 'R&D <front>' },
    { type: 'blf', value: '1002', label: 'Zoé' },
    { type: 'park', value: '700' },
    { type: 'blf', value: '1003' },
  ];
  const keys = Array.from({ length: count }, (_none, at) => [
    String(at + 1),
    { ...kinds[at % kinds.length]!, line: 1 },
  ]);
  return Object.fromEntries(keys);
}

function extensions(): RawConfig {
  const numbers = {
    ...{ dnd: '*25', fwd_unconditional: '*21', fwd_no_answer: '*22', fwd_busy: '*23', fwd_disable_all: '*20' },
    ...{ park: '700', pickup_group: '*8', pickup_call: '*8' },
  };
  return Object.fromEntries(Object.entries(numbers).map(([name, value]) => [`exten_${name}`, value]));
}

function certificates(): RawConfig {
  const text = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  return {
    sip_servers_root_and_intermediate_certificates: text,
    sip_local_root_and_intermediate_certificates: text,
    sip_local_certificate: text,
    sip_local_key: text.replaceAll('CERTIFICATE', 'PRIVATE KEY'),
  };
}
