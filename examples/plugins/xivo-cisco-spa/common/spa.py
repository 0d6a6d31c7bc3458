"""What the plugins of this family share: reading a device's request and choosing its template."""

import re

_USER_AGENT = re.compile(r'^(?:Cisco|Linksys)/(?P<model>[A-Z0-9]+)-(?P<version>[^ ]+)')


def read_user_agent(value):
    """Model and firmware from a User-Agent header, or None where it is another vendor's."""
    match = _USER_AGENT.match(value)
    if match is None:
        return None
    return {'vendor': 'Cisco', 'model': match.group('model'), 'version': match.group('version')}


def template_name(device, offered):
    """The device's own template, else the model's, else the base template."""
    for name in (device.get('mac', '').replace(':', ''), device.get('model', '').lower(), 'base'):
        if name + '.tpl' in offered:
            return name + '.tpl'
    raise LookupError('no template fits %r' % (device,))


def configuration_name(device):
    """The file that the device asks for over TFTP."""
    return device['mac'].replace(':', '').lower() + '.xml'
