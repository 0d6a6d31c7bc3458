"""Devices that this plugin answers for."""

MODELS = ['ND-20']
FIRMWARE = '2.0'


def is_supported(device):
    return device.get('model') in MODELS and device.get('version', '').startswith(FIRMWARE)
