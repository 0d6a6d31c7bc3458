"""Devices that this plugin answers for."""

MODELS = ['Model']


def is_supported(device):
    return device.get('model') in MODELS
