"""Devices that this plugin answers for."""

MODELS = ['SPA-DECT']
FIRMWARE = '2.1'


def is_supported(device):
    return device.get('model') in MODELS and device.get('version', '').startswith(FIRMWARE)
