"""Devices that this plugin answers for."""

common = {}
execfile_('door.py', common)

MODELS = ['ND-31']
FIRMWARE = '3.1'


class Plugin(common['DoorPlugin']):
    IS_PLUGIN = True

    pg_associator = common['DoorAssociator'](MODELS, FIRMWARE)
