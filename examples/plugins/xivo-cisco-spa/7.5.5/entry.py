"""Devices that this plugin answers for."""

common = {}
execfile_('spa.py', common)

MODELS = ['SPA501G', 'SPA504G', 'SPA508G', 'SPA525G2']
FIRMWARE = '7.5.5'


class Plugin(common['SpaPlugin']):
    IS_PLUGIN = True

    pg_associator = common['SpaAssociator'](MODELS, FIRMWARE)
