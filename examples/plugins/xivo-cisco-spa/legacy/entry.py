"""Devices that this plugin answers for."""

MODELS = ['SPA901', 'SPA942']
FIRMWARE = ''


def is_supported(device):
    return device.get('model') in MODELS and device.get('version', '').startswith(FIRMWARE)
