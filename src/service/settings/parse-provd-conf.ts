import type { Static } from 'typebox';
import { LockstepError } from '../../failure/index.ts';
import type { ConfigSchema } from './config.ts';

type Written = Static<typeof ConfigSchema>;

/**
 * An old provd.conf (INI) as our configuration. What has a meaning here is taken over; the rest belongs to parts of the
 * old server that Lockstep does not have (DHCP, TFTP, devices) and is passed over.
 */
export function parseProvdConf(text: string, file: string): Written {
  const plugins: NonNullable<Written['plugins']> = {};
  const listen: NonNullable<Written['listen']> = {};
  let section = '';
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const fault = (message: string): LockstepError =>
      new LockstepError('config-not-valid', message, {
        where: { file, line: index + 1, column: 1 + raw.length - raw.trimStart().length },
        hint: 'Write [section] or key: value.',
      });
    const heading = /^\[(.+)\]$/.exec(line);
    if (heading) {
      section = heading[1]!.trim();
      continue;
    }
    const pair = /^([^:=]+?)\s*[:=]\s*(.*)$/.exec(line);
    if (!pair) throw fault(`"${line}" is neither a section nor a key with a value.`);
    const [, key = '', value = ''] = pair;
    switch (`${section}.${key.toLowerCase()}`) {
      case 'general.cache_plugin': {
        if (!/^(true|false|yes|no|on|off|1|0)$/i.test(value))
          throw fault(`cache_plugin is "${value}", not True or False.`);
        plugins.cache_plugin = /^(true|yes|on|1)$/i.test(value);
        break;
      }
      case 'general.base_storage_dir':
        plugins.plugins_dir = `${value.replace(/\/+$/, '')}/plugins`;
        break;
      case 'general.cache_dir':
        plugins.cache_dir = value;
        break;
      case 'general.plugin_server':
      case 'plugin_config.plugin_server':
        plugins.plugin_server = value;
        break;
      case 'general.http_proxy':
        plugins.http_proxy = value;
        break;
      case 'general.https_proxy':
        plugins.https_proxy = value;
        break;
      case 'general.rest_ip':
        listen.host = value === '*' ? '0.0.0.0' : value;
        break;
      case 'general.rest_port': {
        const port = Number(value);
        if (!Number.isInteger(port)) throw fault(`rest_port is "${value}", not a number.`);
        listen.port = port;
        break;
      }
    }
  }
  return { plugins, listen };
}
