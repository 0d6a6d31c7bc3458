"""Devices that this plugin answers for."""

MODELS = ['SPA112', 'SPA122']
FIRMWARE = '1.3'


def is_supported(device):
    return device.get('model') in MODELS and device.get('version', '').startswith(FIRMWARE)
