"""What the plugins of this family share."""

import os

from wazo_provd.devices.pgasso import BasePgAssociator, DeviceSupport
from wazo_provd.plugins import StandardPlugin, TemplatePluginHelper


class DoorAssociator(BasePgAssociator):
    def __init__(self, models, firmware):
        super().__init__()
        self._models, self._firmware = models, firmware

    def _do_associate(self, vendor, model, version):
        if vendor != 'Northgate' or model not in self._models:
            return DeviceSupport.IMPROBABLE
        return DeviceSupport.EXACT if (version or '').startswith(self._firmware) else DeviceSupport.PROBABLE


class DoorPlugin(StandardPlugin):
    def __init__(self, app, plugin_dir, gen_cfg, spec_cfg):
        super().__init__(app, plugin_dir, gen_cfg, spec_cfg)
        self._tpl_helper = TemplatePluginHelper(plugin_dir)

    def configure(self, device, raw_config):
        raw_config['XX_open_seconds'] = 5
        name = device['mac'].replace(':', '').lower()
        for template, suffix in (('base.tpl', '.ini'), ('relay.tpl', '-relay.ini')):
            path = os.path.join(self._tftpboot_dir, name + suffix)
            self._tpl_helper.dump(self._tpl_helper.get_template(template), raw_config, path, 'UTF-8')
