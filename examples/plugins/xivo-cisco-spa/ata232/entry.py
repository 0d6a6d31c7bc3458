"""Devices that this plugin answers for."""

common = {}
execfile_('spa.py', common)

MODELS = ['SPA232D']
FIRMWARE = '1.4'


class Plugin(common['SpaPlugin']):
    IS_PLUGIN = True

    pg_associator = common['SpaAssociator'](MODELS, FIRMWARE)
