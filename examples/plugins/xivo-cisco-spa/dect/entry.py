"""Devices that this plugin answers for."""

common = {}
execfile_('spa.py', common)

MODELS = ['SPA-DECT']
FIRMWARE = '2.1'


class Plugin(common['SpaPlugin']):
    IS_PLUGIN = True

    pg_associator = common['SpaAssociator'](MODELS, FIRMWARE)
