"""Devices that this plugin answers for."""

MODELS = ['SPA501G', 'SPA504G']
FIRMWARE = '7.4'


def is_supported(device):
    return device.get('model') in MODELS and device.get('version', '').startswith(FIRMWARE)
