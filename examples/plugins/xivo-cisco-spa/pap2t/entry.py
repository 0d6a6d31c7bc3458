"""Devices that this plugin answers for."""

MODELS = ['PAP2T']
FIRMWARE = '5.1'


def is_supported(device):
    return device.get('model') in MODELS and device.get('version', '').startswith(FIRMWARE)
