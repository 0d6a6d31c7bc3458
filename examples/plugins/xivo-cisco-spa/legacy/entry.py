"""Devices that this plugin answers for."""

common = {}
execfile_('spa.py', common)

MODELS = ['SPA901', 'SPA942']
FIRMWARE = ''


class Plugin(common['SpaPlugin']):
    IS_PLUGIN = True

    pg_associator = common['SpaAssociator'](MODELS, FIRMWARE)
