"""Devices that this plugin answers for."""

common = {}
execfile_('door.py', common)

MODELS = ['ND-20']
FIRMWARE = '2.0'


class Plugin(common['DoorPlugin']):
    IS_PLUGIN = True

    pg_associator = common['DoorAssociator'](MODELS, FIRMWARE)
