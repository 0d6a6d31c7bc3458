"""Devices that this plugin answers for."""

MODELS = ['ND-31']
FIRMWARE = '3.1'


def is_supported(device):
    return device.get('model') in MODELS and device.get('version', '').startswith(FIRMWARE)
