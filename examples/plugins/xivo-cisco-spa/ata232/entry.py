"""Devices that this plugin answers for."""

MODELS = ['SPA232D']
FIRMWARE = '1.4'


def is_supported(device):
    return device.get('model') in MODELS and device.get('version', '').startswith(FIRMWARE)
