"""Devices that this plugin answers for."""

MODELS = ['SPA501G', 'SPA504G', 'SPA508G', 'SPA525G2']
FIRMWARE = '7.6'


def is_supported(device):
    return device.get('model') in MODELS and device.get('version', '').startswith(FIRMWARE)
