/** What an old server hands to a plugin for a device, by name: the settings themselves, and the keys of those inside. */
const settings = [
  ...['ip', 'http_port', 'http_base_url', 'tftp_port', 'protocol', 'timezone', 'locale', 'config_version'],
  ...['dns_enabled', 'dns_ip', 'ntp_enabled', 'ntp_ip', 'config_encryption_enabled'],
  ...['vlan_enabled', 'vlan_id', 'vlan_priority', 'vlan_pc_port_id'],
  ...['syslog_enabled', 'syslog_ip', 'syslog_port', 'syslog_level'],
  ...['admin_username', 'admin_password', 'user_username', 'user_password'],
  ...['sip_proxy', 'sip_backup_proxy', 'sip_registrar', 'sip_backup_registrar', 'sip_outbound_proxy'].flatMap(
    (name) => [`${name}_ip`, `${name}_port`],
  ),
  ...['sip_dtmf_mode', 'sip_srtp_mode', 'sip_transport', 'sip_subscribe_mwi', 'sip_lines', 'sccp_call_managers'],
  'sip_servers_root_and_intermediate_certificates',
  'sip_local_root_and_intermediate_certificates',
  ...['sip_local_certificate', 'sip_local_key', 'funckeys'],
  ...['dnd', 'fwd_unconditional', 'fwd_no_answer', 'fwd_busy', 'fwd_disable_all', 'park', 'pickup_group'].map(
    (name) => `exten_${name}`,
  ),
  ...['exten_pickup_call', 'exten_voicemail'],
];

const keysInside = [
  ...['proxy', 'backup_proxy', 'registrar', 'backup_registrar', 'outbound_proxy'].flatMap((name) => [
    `${name}_ip`,
    `${name}_port`,
  ]),
  ...['username', 'auth_username', 'password', 'display_name', 'number', 'dtmf_mode', 'srtp_mode', 'voicemail'],
  ...['ip', 'port', 'type', 'value', 'label', 'line'],
  // what a plugin may hand on of a device itself
  ...['vendor', 'model', 'version', 'mac', 'id', 'uuid', 'plugin', 'options', 'switchboard'],
];

/** Names that every template has from its language. */
const language = ['range', 'dict', 'lipsum', 'cycler', 'joiner', 'namespace', 'loop', 'super', 'self', 'caller'];
const spoken = ['varargs', 'kwargs', 'true', 'false', 'none', 'True', 'False', 'None', '_'];

/** What the server's own functions work out for a plugin. */
const fromServer = /^XX_(xivo_phonebook_url|wazo_phoned_user_service_\w+_(en|dis)abled_url)$/;

const known: ReadonlySet<string> = new Set([...settings, ...language, ...spoken]);
const inside: ReadonlySet<string> = new Set([...settings, ...keysInside]);

/** Says whether a server may set a variable of this name. Names with `X_` are free for those who run it. */
export function isKnownSetting(name: string): boolean {
  return known.has(name) || /^X_/.test(name) || fromServer.test(name);
}

/** Says whether a line, a key or a device may have this. */
export function isKnownKey(name: string): boolean {
  return inside.has(name) || /^X_|^\d+$/.test(name) || methods.has(name);
}

const methods: ReadonlySet<string> = new Set([
  ...['items', 'keys', 'values', 'get', 'iteritems', 'itervalues', 'iterkeys', 'append', 'pop', 'update', 'copy'],
  ...[
    'split',
    'strip',
    'lstrip',
    'rstrip',
    'replace',
    'upper',
    'lower',
    'startswith',
    'endswith',
    'join',
    'format',
    'zfill',
  ],
  ...['title', 'capitalize', 'isdigit', 'find', 'count', 'index', 'encode', 'decode', 'ljust', 'rjust', 'partition'],
  ...[
    'index0',
    'first',
    'last',
    'length',
    'revindex',
    'revindex0',
    'previtem',
    'nextitem',
    'cycle',
    'changed',
    'depth',
  ],
]);
