"""What the plugins of this family share: reading a device's request, choosing its template, and writing its file."""

import os
import re

from wazo_provd.devices.pgasso import BasePgAssociator, DeviceSupport
from wazo_provd.plugins import StandardPlugin, TemplatePluginHelper

_USER_AGENT = re.compile(r'^(?:Cisco|Linksys)/(?P<model>[A-Z0-9]+)-(?P<version>[^ ]+)')

# by country: impedance of analogue ports, and how the caller's number is signalled
_ANALOGUE = {'fr': ('270+750||150nF', 'ETSI FSK'), 'us': ('600', 'Bellcore(N.Amer,China)')}


def read_user_agent(value):
    """Model and firmware from a User-Agent header, or None where it is another vendor's."""
    match = _USER_AGENT.match(value)
    if match is None:
        return None
    return {'vendor': 'Cisco', 'model': match.group('model'), 'version': match.group('version')}


def configuration_name(device):
    """The file that the device asks for over TFTP."""
    return device['mac'].replace(':', '').lower() + '.xml'


class SpaAssociator(BasePgAssociator):
    """A plugin is for its models, and best for the firmware that it was made for."""

    def __init__(self, models, firmware, vendor='Cisco'):
        super().__init__()
        self._models, self._firmware, self._vendor = models, firmware, vendor

    def _do_associate(self, vendor, model, version):
        if vendor != self._vendor or model not in self._models:
            return DeviceSupport.IMPROBABLE
        if version is not None and self._firmware and version.startswith(self._firmware):
            return DeviceSupport.EXACT
        return DeviceSupport.PROBABLE


class SpaPlugin(StandardPlugin):
    def __init__(self, app, plugin_dir, gen_cfg, spec_cfg):
        super().__init__(app, plugin_dir, gen_cfg, spec_cfg)
        self._tpl_helper = TemplatePluginHelper(plugin_dir)

    def configure(self, device, raw_config):
        lines = raw_config['sip_lines']
        country = raw_config.get('locale', '').lower()[-2:]
        impedance, caller_id = _ANALOGUE.get(country, ('600', 'ETSI FSK'))
        raw_config['XX_timezone'] = raw_config.get('timezone', 'GMT')
        raw_config['XX_fullname'] = min(lines.items())[1]['display_name'] if lines else ''
        raw_config['XX_impedance'] = impedance
        raw_config['XX_caller_id'] = caller_id
        raw_config['XX_multicell'] = len(lines) > 1
        # the model's own template, else the base template
        named = dict(device, model=device.get('model', '').lower())
        filename = configuration_name(device)
        template = self._tpl_helper.get_dev_template(filename, named)
        self._tpl_helper.dump(template, raw_config, os.path.join(self._tftpboot_dir, filename), 'UTF-8')
