"""Devices that this plugin answers for."""

common = {}
execfile_('spa.py', common)

MODELS = ['SPA112', 'SPA122']
FIRMWARE = '1.3'


class Plugin(common['SpaPlugin']):
    IS_PLUGIN = True

    pg_associator = common['SpaAssociator'](MODELS, FIRMWARE)
