import { openFamilyTree } from '../family-tree.ts';
import type { PhonePlugin } from '../phones/phone-plugin.ts';
import { phonePluginOf } from '../phones/read-phone-plugins.ts';
import { resolveTargets } from '../recipe/resolve-targets.ts';
import { familyFolder, pluginInfo } from './family-folder.ts';

/** A small plugin for telephones without a fault, by path in its model folder. */
export const soundPlugin: Readonly<Record<string, string>> = {
  'plugin-info': pluginInfo('1.0', {
    capabilities: {
      'Acme, A1, 1.2.3': { lines: 2, function_keys: 2, protocol: 'sip' },
      'Acme, A2, 1.2.3': { lines: 4 },
    },
  }),
  'entry.py': `import os
common = {}
execfile_('common.py', common)

class AcmePlugin(common['BasePlugin']):
    IS_PLUGIN = True
    pg_associator = common['Associator']('1.2.3')
`,
  'common.py': `import os
try:
    from wazo_provd import plugins, tzinform
    from wazo_provd.devices.config import RawConfigError
    from wazo_provd.devices.pgasso import BasePgAssociator, DeviceSupport
    from wazo_provd.plugins import FetchfwPluginHelper, StandardPlugin, TemplatePluginHelper
    from wazo_provd.servers.http import HTTPNoListingFileService
    from wazo_provd.util import format_mac
except ImportError:
    raise

class Associator(BasePgAssociator):
    def __init__(self, version):
        self.version = version
    def _do_associate(self, vendor, model, version):
        if vendor != 'Acme':
            return DeviceSupport.IMPROBABLE
        return DeviceSupport.EXACT if version == self.version else DeviceSupport.PROBABLE

class BasePlugin(StandardPlugin):
    def __init__(self, app, plugin_dir, gen_cfg, spec_cfg):
        super().__init__(app, plugin_dir, gen_cfg, spec_cfg)
        self._tpl_helper = TemplatePluginHelper(plugin_dir)
        fetchfw = FetchfwPluginHelper(plugin_dir, FetchfwPluginHelper.new_downloaders(gen_cfg.get('proxies')))
        self.services = fetchfw.services()
        self.http_service = HTTPNoListingFileService(self._tftpboot_dir)

    def configure_common(self, raw_config):
        tpl = self._tpl_helper.get_template('common/model.cfg.tpl')
        self._tpl_helper.dump(tpl, raw_config, os.path.join(self._tftpboot_dir, 'acme.cfg'), 'UTF-8')

    def configure(self, device, raw_config):
        name = format_mac(device['mac'], separator='') + '.xml'
        for number in raw_config['sip_lines']:
            raw_config['XX_line_%s' % number] = number
        raw_config['XX_zone'] = ''
        if 'timezone' in raw_config:
            zone = tzinform.get_timezone_info(raw_config['timezone'])
            raw_config['XX_zone'] = zone['utcoffset'].as_hours
        tpl = self._tpl_helper.get_dev_template(name, device)
        self._tpl_helper.dump(tpl, raw_config, os.path.join(self._tftpboot_dir, name), 'UTF-8')
`,
  'templates/base.tpl': `<?xml version="1.0"?>
<phone zone="{{ XX_zone }}">
{% block lines %}
{% for number, line in sip_lines.items() -%}
  <line number="{{ number }}" name="{{ line.display_name|e }}"/>
{% endfor -%}
{% endblock %}
{% if ntp_enabled -%}
  <ntp>{{ ntp_ip }}</ntp>
{% endif -%}
  <firmware>a1-1.2.3.bin</firmware>
</phone>
`,
  'templates/A2.tpl': `{% extends 'base.tpl' %}
`,
  'templates/common/model.cfg.tpl': `# settings of every telephone
server = {{ ip }}
{% if dns_enabled %}
dns = {{ dns_ip }}
{% endif %}
`,
  'pkgs/pkgs.db': `[pkg_a-fw]
description: Firmware of A1 and A2
version: 1.2.3
files: a-fw
install: acme

[install_acme]
a-b: cp $FILE1 firmware/

[file_a-fw]
url: http://example.org/a1-1.2.3.bin
size: 10
sha1sum: ${'0'.repeat(40)}
`,
};

const recipe = (id: string) => JSON.stringify({ targets: [{ id: '1.2.3', plugin: id, layers: [{ copy: 'm/' }] }] });

/** Families made of model folders, one plugin each; `acme-NAME` is the plugin of the family NAME. */
export function phoneFamilies(families: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const files = Object.entries(families).flatMap(([name, model]) => [
    [`${name}/family.json`, recipe(`acme-${name}`)] as const,
    ...Object.entries(model).map(([path, text]) => [`${name}/m/${path}`, text] as const),
  ]);
  return familyFolder(Object.fromEntries(files));
}

export async function phonePlugins(dir: string): Promise<readonly PhonePlugin[]> {
  const { targets, failures } = await resolveTargets(await openFamilyTree({ dir, shownAs: '.' }), () => true);
  if (failures.length > 0) throw new Error(failures.map(({ problem }) => problem.message).join('; '));
  return targets.map(phonePluginOf);
}
