"""Plays the old server for plugins: loads entry.py, configures devices, and answers with the files that came out.

Request on stdin:  {"limit": seconds, "render": bool, "trace": bool, "zones": {name: [offset, save, start, end]},
                    "plugins": [{"id", "files": {path: text or null}, "devices": [...], "configs": [raw_config, ...],
                    "commons": [raw_config, ...], "asked": [{"vendor", "model", "version"}, ...]}]}; a device is
                    {"key", "device", "config": its place among the configs}.
Answer on stdout:  lines of JSON: {"engine"} first, then for each plugin {"plugin", "failure", "templates", "mentions",
                    "claims"}, a {"plugin", "common", "files", "failure"} for each of its commons, and a {"plugin", "key",
                    "files", "failure"} for each of its devices; {"plugin", "stopped"} where it had to be killed.

Each plugin runs in a child process of its own. Its files are texts in memory; an audit hook refuses to write, to start
programs and to speak to anybody; time and memory are limited. Nothing of what is answered has to be believed.
"""

import ast
import builtins
import enum
import importlib
import importlib.abc
import importlib.machinery
import io
import json
import os
import posixpath
import re
import select
import signal
import sys
import time
import types

try:
    import resource
except ImportError:
    resource = None
try:
    import jinja2
    import jinja2.nodes
except ImportError:
    jinja2 = None

MAX_MEMORY = 1024 * 1024 * 1024
MAX_TEXT = 64 * 1024 * 1024
ROOT = '/plugin'
READABLE = tuple({os.path.realpath(path) for path in [os.path.dirname(os.__file__), *sys.path] if path})
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
REFUSED = (
    'subprocess.', 'os.exec', 'os.posix_spawn', 'os.spawn', 'os.system', 'os.fork', 'pty.', 'socket.', 'urllib.', 'http.',
    'ftplib.', 'smtplib.', 'os.rename', 'os.remove', 'os.rmdir', 'os.mkdir', 'os.chmod', 'os.chown', 'os.link',
    'os.symlink', 'os.truncate', 'os.utime', 'os.kill', 'shutil.', 'tempfile.', 'ctypes.', 'mmap.', 'fcntl.', 'sqlite3.',
    'resource.', 'sys.addaudithook',
)
STAND_INS = ('provd', 'wazo_provd', 'twisted', 'xivo', 'xivo_fetchfw', 'pexpect', 'pkg_resources', 'packaging', 'zope')


class TimeLimit(BaseException):
    pass


class Refused(Exception):
    pass


# -- the plugin's files, and what it writes

class Files:
    def __init__(self, files):
        self.files = files
        self.written = {}

    def inside(self, path):
        path = posixpath.normpath(posixpath.join(ROOT, os.fspath(path)))
        return path[len(ROOT) + 1:] if path.startswith(ROOT + '/') else '' if path == ROOT else None

    def read(self, path):
        name = self.inside(path)
        if name in self.written:
            return self.written[name]['text']
        if name is None or name not in self.files:
            raise FileNotFoundError(2, 'No such file or directory', os.fspath(path))
        return self.files[name] or ''

    def exists(self, path):
        name = self.inside(path)
        return name is not None and (name in self.written or name in self.files or self.is_folder(path))

    def is_folder(self, path):
        name = self.inside(path)
        return name == '' or (name is not None and any(one.startswith(name + '/') for one in (*self.files, *self.written)))

    def names(self, path):
        name = self.inside(path)
        start = name + '/' if name else ''
        return sorted({one[len(start):].split('/')[0] for one in (*self.files, *self.written) if one.startswith(start)})

    def write(self, path, text, template=None, context=None, encoding='UTF-8', lost=()):
        name = self.inside(path)
        if name is None:
            raise Refused('writes %s, which is outside the plugin' % os.fspath(path))
        if sum(len(one['text']) for one in self.written.values()) + len(text) > MAX_TEXT:
            raise Refused('writes more than %d MB' % (MAX_TEXT // 1024 // 1024))
        self.written[name] = {'path': name, 'text': text, 'template': template, 'encoding': encoding, 'context': context,
                              'lost': list(lost)}

    def rename(self, old, new, **_options):
        before, after = self.inside(old), self.inside(new)
        if before in self.written and after is not None:
            self.written[after] = {**self.written.pop(before), 'path': after}
            return
        raise FileNotFoundError(2, 'No such file or directory', os.fspath(old))

    def remove(self, path, **_options):
        if self.written.pop(self.inside(path), None) is None:
            raise FileNotFoundError(2, 'No such file or directory', os.fspath(path))


class Written(io.StringIO):
    def __init__(self, files, path, binary, before=''):
        super().__init__()
        self._place = (files, path, binary)
        super().write(before)

    def write(self, data):
        return super().write(data.decode('utf-8', 'replace') if isinstance(data, (bytes, bytearray)) else data)

    def close(self):
        if not self.closed:
            files, path, _binary = self._place
            files.write(path, self.getvalue())
        super().close()


# -- what the old server offers to plugins, by its interface

class AnyClass(type):
    def __getattr__(cls, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return Anything()


class Anything(metaclass=AnyClass):
    """Stands for whatever a plugin takes from the server without needing it for a configuration."""

    def __init__(self, *_arguments, **_options):
        pass

    def __call__(self, *arguments, **_options):
        return arguments[0] if len(arguments) == 1 and callable(arguments[0]) else Anything()

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return Anything()

    def __getitem__(self, _key):
        return Anything()

    def __iter__(self):
        return iter(())

    def __bool__(self):
        return False


class StandardPlugin:
    id = None
    services = http_dev_info_extractor = http_service = tftp_dev_info_extractor = tftp_service = pg_associator = None
    dhcp_dev_info_extractor = None

    def __init__(self, app, plugin_dir, gen_cfg, spec_cfg):
        self._plugin_dir = plugin_dir
        self._tftpboot_dir = os.path.join(plugin_dir, 'var', 'tftpboot')

    def configure_common(self, raw_config):
        pass

    def configure(self, device, raw_config):
        pass

    def deconfigure(self, device):
        pass

    def close(self):
        pass


class RawConfigError(Exception):
    pass


class RawConfigParamError(RawConfigError):
    pass


class TimezoneNotFoundError(Exception):
    pass


class Time:
    def __init__(self, raw_seconds):
        self.as_seconds = raw_seconds
        self.as_minutes = raw_seconds // 60
        self.as_hours = raw_seconds // 3600
        sign, rest = (-1 if raw_seconds < 0 else 1), abs(raw_seconds)
        self.as_hms = [rest // 3600, rest // 60 % 60, rest % 60]
        for at, part in enumerate(self.as_hms):
            if part:
                self.as_hms[at] = sign * part
                break

    def __eq__(self, other):
        return isinstance(other, Time) and other.as_seconds == self.as_seconds

    def __hash__(self):
        return hash(self.as_seconds)


class DeviceSupport(enum.IntEnum):
    NONE = 0
    IMPROBABLE = 100
    UNKNOWN = 200
    PROBABLE = 300
    INCOMPLETE = 400
    COMPLETE = 500
    EXACT = 600


class BasePgAssociator:
    def associate(self, dev_info):
        vendor = dev_info.get('vendor')
        if vendor is None:
            return DeviceSupport.UNKNOWN
        return self._do_associate(vendor, dev_info.get('model'), dev_info.get('version'))


ZONES = {}


def timezone_info(name):
    """Offset and summer time of a zone, as the one who asks has worked them out."""
    if ZONES.get(name) is None:
        raise TimezoneNotFoundError(name)
    offset, save, *changes = ZONES[name]
    if not changes:
        return {'utcoffset': Time(offset), 'dst': None}

    def change(month, week, day, seconds):
        return {'month': month, 'day': 'M%d.%d' % (week, day), 'time': Time(seconds)}

    start, end = (change(*one) for one in changes)
    return {'utcoffset': Time(offset), 'dst': {'start': start, 'end': end, 'save': Time(save), 'as_string': name}}


def normal_mac(text):
    digits = re.sub(r'[^0-9a-f]', '', text.lower())
    if len(digits) != 12:
        raise ValueError('%r is no MAC address' % text)
    return ':'.join(digits[at:at + 2] for at in range(0, 12, 2))


def format_mac(text, separator=':', uppercase=False):
    shown = normal_mac(text).replace(':', separator)
    return shown.upper() if uppercase else shown


def phonebook_url(raw_config, url_format):
    host, user = raw_config.get('X_xivo_phonebook_ip'), raw_config.get('X_xivo_user_uuid')
    if host and user:
        raw_config['XX_xivo_phonebook_url'] = url_format.format(
            scheme=raw_config.get('X_xivo_phonebook_scheme', 'http'), hostname=host, profile='default', user_uuid=user,
            port=raw_config.get('X_xivo_phonebook_port', 9498),
        )


def add_phonebook_url(raw_config, vendor, entry_point='input', qs_prefix='', qs_suffix=''):
    query = '&'.join(part for part in (qs_prefix, 'xivo_user_uuid={user_uuid}', qs_suffix) if part)
    address = '{scheme}://{hostname}:{port}/0.1/directories/%s/default/%s?' % (entry_point, vendor)
    phonebook_url(raw_config, address + query)


def add_user_service_url(raw_config, vendor, service_name):
    host, user = raw_config.get('X_xivo_phonebook_ip'), raw_config.get('X_xivo_user_uuid')
    if host and user:
        scheme, port = raw_config.get('X_xivo_phonebook_scheme', 'http'), raw_config.get('X_xivo_phonebook_port', 9498)
        base = '%s://%s:%s/0.1/%s/users/%s/services/%s/' % (scheme, host, port, vendor, user, service_name)
        for wish in ('enable', 'disable'):
            raw_config['XX_wazo_phoned_user_service_%s_%sd_url' % (service_name, wish)] = base + wish


class Maker(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Makes the modules of the old server, and empty ones of what it stands on."""

    def __init__(self, helper):
        week = {'week_start_on_monday': lambda day: (day + 5) % 7 + 1}
        support = {name + '_SUPPORT': level for name, level in DeviceSupport.__members__.items()}
        self.known = {
            'plugins': {
                'Plugin': StandardPlugin, 'StandardPlugin': StandardPlugin, 'TemplatePluginHelper': helper,
                'add_xivo_phonebook_url': add_phonebook_url, 'add_xivo_phonebook_url_from_format': phonebook_url,
                'add_wazo_phoned_user_service_url': add_user_service_url,
            },
            'tzinform': {
                'get_timezone_info': timezone_info, 'Time': Time, 'TimezoneNotFoundError': TimezoneNotFoundError, **week,
            },
            'util': {
                'format_mac': format_mac, 'norm_mac': normal_mac, 'norm_ip': str, 'norm_uuid': str,
                'is_normed_mac': lambda text: text == normal_mac(text), 'is_normed_ip': bool, 'is_normed_uuid': bool,
            },
            'devices.config': {'RawConfigError': RawConfigError, 'RawConfigParamError': RawConfigParamError},
            'devices.pgasso': {
                'BasePgAssociator': BasePgAssociator, 'DeviceSupport': DeviceSupport, **support,
                'NO_SUPPORT': DeviceSupport.NONE, 'FULL_SUPPORT': DeviceSupport.EXACT,
            },
        }

    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in STAND_INS:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        module = types.ModuleType(spec.name)
        module.__path__ = []
        first, _, rest = spec.name.partition('.')
        known = self.known.get(rest, {}) if first in ('provd', 'wazo_provd') else {}
        module.__dict__.update(known)

        def missing(name):
            if name.startswith('__'):
                raise AttributeError(name)
            # a class, since plugins derive from what they import
            inner = '%s.%s' % (rest, name) if rest else name
            if any(one == inner or one.startswith(inner + '.') for one in self.known):
                return importlib.import_module('%s.%s' % (spec.name, name))
            return AnyClass(name, (Anything,), {'__module__': spec.name})

        module.__getattr__ = missing
        return module

    def exec_module(self, module):
        pass


# -- templates

def make_helper(files, render, trace):
    folders = ('var/templates', 'templates')

    def find(name):
        for folder in folders:
            path = posixpath.normpath(folder + '/' + name)
            if files.files.get(path) is not None and path.startswith(folder + '/'):
                return path
        return None

    class Plain:
        def __init__(self, name):
            self.name, self.filename = name, find(name)

    class NotFound(Exception):
        pass

    if render:
        def load(name):
            path = find(name)
            return None if path is None else (files.files[path], ROOT + '/' + path, lambda: True)
        environment = jinja2.Environment(loader=jinja2.FunctionLoader(load), cache_size=-1)
        get, not_found = environment.get_template, jinja2.TemplateNotFound
    else:
        not_found = NotFound

        def get(name):
            if find(name) is None:
                raise NotFound(name)
            return Plain(name)

    class TemplatePluginHelper:
        DEFAULT_TPL_DIR, CUSTOM_TPL_DIR = 'templates', 'var/templates'

        def __init__(self, plugin_dir=None):
            if render:
                self._env = environment

        def get_dev_template(self, filename, dev):
            names = [filename + '.tpl'] if filename else []
            names += [dev['model'] + '.tpl'] if dev.get('model') else []
            for name in (*names, 'base.tpl'):
                if find(name) is not None:
                    return get(name)
            raise not_found('base.tpl')

        def get_template(self, name):
            return get(name)

        def dump(self, template, context, filename, encoding='UTF-8', errors='strict'):
            text = self._text(template, context, encoding, errors)
            kept, lost = (None, []) if render else portable(context)
            files.write(filename, text, template.name, kept, encoding, lost)

        def render(self, template, context, encoding='UTF-8', errors='replace'):
            return self._text(template, context, encoding, errors).encode(encoding, errors)

        def _text(self, template, context, encoding, errors):
            if not render:
                return ''
            if trace:
                return template.render(context)
            # what the phone's encoding cannot say fails here as it does there
            return template.render(context).encode(encoding, errors).decode(encoding)

    return TemplatePluginHelper


def portable(context):
    """What can be handed to another renderer, and the names of what cannot, such as a dictionary by tuples."""
    kept, lost = {}, []
    for name, value in context.items():
        try:
            kept[str(name)] = json.loads(json.dumps(value, default=plain, allow_nan=False))
        except (TypeError, ValueError, RecursionError):
            lost.append(str(name))
    return kept, lost


def plain(value):
    if isinstance(value, (set, tuple)):
        return list(value)
    if isinstance(value, bytes):
        return value.decode('utf-8', 'replace')
    return {key: one for key, one in getattr(value, '__dict__', {}).items() if not key.startswith('_')} or str(value)


def look_at_template(path, source):
    """What a template says of itself, without running it: its faults, whom it needs, and the names that it asks for."""
    try:
        tree = jinja2.Environment().parse(source)
    except jinja2.TemplateSyntaxError as error:
        return {'path': path, 'fault': {'message': error.message, 'line': error.lineno}, 'needs': [], 'names': [], 'keys': [],
                'sets': []}
    nodes = jinja2.nodes
    needs, names, keys, sets = [], [], [], set()
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        optional = getattr(node, 'ignore_missing', False)
        listed = node.template.items if isinstance(node.template, (nodes.List, nodes.Tuple)) else [node.template]
        known = [one.value for one in listed if isinstance(one, nodes.Const)]
        if known and len(known) == len(listed) and not optional:
            needs.append({'any': known, 'line': node.lineno})
        sets.update(one if isinstance(one, str) else one[1] for one in getattr(node, 'names', ()))
        if isinstance(node, nodes.Import):
            sets.add(node.target)
    for node in tree.find_all(nodes.Macro):
        sets.add(node.name)
    for node in tree.find_all(nodes.Name):
        if node.ctx == 'load':
            names.append({'name': node.name, 'line': node.lineno})
        else:
            sets.add(node.name)
    for node in tree.find_all(nodes.Getattr):
        keys.append({'name': node.attr, 'line': node.lineno})
    for node in tree.find_all(nodes.Getitem):
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            keys.append({'name': node.arg.value, 'line': node.lineno})
    # a name that is only asked whether it is there needs nobody who sets it
    asked = {id(node.node) for node in tree.find_all(nodes.Test) if node.name in ('defined', 'undefined')}
    maybe = {id(node) for node in tree.find_all(nodes.Name) if id(node) in asked}
    tested = {node.name for node in tree.find_all(nodes.Name) if id(node) in maybe}
    tested_keys = {node.attr for node in tree.find_all(nodes.Getattr) if id(node) in asked}
    tested_keys |= {node.arg.value for node in tree.find_all(nodes.Getitem)
                    if id(node) in asked and isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str)}
    tested |= {node.node.name for node in tree.find_all(nodes.Filter)
               if node.name in ('default', 'd') and isinstance(node.node, nodes.Name)}
    return {'path': path, 'fault': None, 'needs': needs, 'names': names, 'keys': keys, 'sets': sorted(sets),
            'tested': sorted(tested | tested_keys)}


def mentions_of(files):
    """Every text that the plugin's code holds, with its first place: names it may set, files it may ask for. What is
    worked out within one stands as "*"."""
    found = {}
    for path, text in sorted(files.items()):
        if not path.endswith('.py') or text is None:
            continue
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and 0 < len(node.value) < 200:
                found.setdefault(node.value, [path, node.lineno])
            elif isinstance(node, ast.JoinedStr):
                parts = [one.value if isinstance(one, ast.Constant) else '*' for one in node.values]
                found.setdefault(''.join(str(part) for part in parts), [path, node.lineno])
            elif isinstance(node, ast.keyword) and node.arg:
                found.setdefault(node.arg, [path, node.lineno if hasattr(node, 'lineno') else 1])
            elif isinstance(node, ast.Attribute):
                found.setdefault(node.attr, [path, node.lineno])
    return [[value, *place] for value, place in found.items()]


# -- one plugin

class Player:
    def __init__(self, plugin, request, send):
        self.id, self.limit, self.trace, self.send = plugin['id'], request['limit'], request['trace'], send
        self.render = request['render'] and jinja2 is not None
        self.files, self.plugin = Files(plugin['files']), plugin

    def run(self):
        self.prepare()
        texts = self.files.files
        templates = [look_at_template(path, text) for path, text in sorted(texts.items())
                     if jinja2 and path.endswith('.tpl') and text is not None]
        made, failure = self.guarded(self.load)
        asked, claims = self.plugin['asked'], []
        if made is not None and getattr(made, 'pg_associator', None) is not None:
            levels, _ = self.guarded(lambda: [self.claim(made, one) for one in asked])
            claims = levels or []
        self.send({'plugin': self.id, 'failure': failure, 'templates': templates, 'mentions': mentions_of(texts),
                   'claims': claims})
        if made is None:
            return
        for at, common in enumerate(self.plugin['commons']):
            self.files.written = {}
            _, failure = self.guarded(lambda: made.configure_common(common))
            self.send({'plugin': self.id, 'common': at, 'failure': failure, 'files': list(self.files.written.values())})
        configs = [json.dumps(one) for one in self.plugin['configs']]
        for one in self.plugin['devices']:
            self.files.written = {}
            # each device gets settings of its own: plugins write into them
            settings = json.loads(configs[one['config']])
            _, failure = self.guarded(lambda: made.configure(one['device'], settings))
            self.send({'plugin': self.id, 'key': one['key'], 'failure': failure, 'files': list(self.files.written.values())})

    def claim(self, made, info):
        try:
            return int(made.pg_associator.associate({key: value for key, value in info.items() if value is not None}))
        except Exception:
            return 0

    def load(self):
        entry = {}

        def execute(filename, *given, **named):
            space = given[0] if given else named.get('globals', entry)
            space.setdefault('execfile_', execute)
            path = posixpath.normpath(posixpath.join(ROOT, filename))
            source = self.files.read(path)
            exec(compile(source, path, 'exec', dont_inherit=True), space)

        entry['execfile_'] = execute
        execute('entry.py')
        for value in list(entry.values()):
            if isinstance(value, type) and issubclass(value, StandardPlugin) and getattr(value, 'IS_PLUGIN', False):
                return value(Anything(), ROOT, {}, {})
        raise Refused('has no class with IS_PLUGIN = True')

    def prepare(self):
        files, real_open = self.files, io.open
        sys.meta_path.insert(0, Maker(make_helper(files, self.render, self.trace)))

        def opened(file, mode='r', *arguments, **options):
            if isinstance(file, int) or files.inside(file) is None:
                return real_open(file, mode, *arguments, **options)
            if any(letter in mode for letter in 'wax'):
                before = files.read(file) if 'a' in mode and files.exists(file) else ''
                return Written(files, file, 'b' in mode, before)
            text = files.read(file)
            return io.BytesIO(text.encode('utf-8')) if 'b' in mode else io.StringIO(text)

        builtins.open = io.open = opened
        os.rename = os.replace = files.rename
        os.remove = os.unlink = files.remove
        os.makedirs = os.mkdir = os.chmod = os.chdir = lambda *_arguments, **_options: None
        os.path.exists = os.path.lexists = files.exists
        os.path.isfile = lambda path: files.exists(path) and not files.is_folder(path)
        os.path.isdir = files.is_folder
        os.path.getsize = lambda path: len(files.read(path).encode('utf-8'))
        os.listdir = lambda path='.': files.names(path)
        time.time = lambda: 1700000000.0
        limit_resources()
        sys.addaudithook(guard)
        signal.signal(signal.SIGALRM, stop)

    def guarded(self, step):
        signal.setitimer(signal.ITIMER_REAL, self.limit)
        try:
            return step(), None
        except TimeLimit:
            return None, {'kind': 'time', 'message': 'did not end within %g s' % self.limit, 'path': 'entry.py', 'line': 1}
        except RawConfigError as error:
            return None, {'kind': 'refused', 'message': str(error), **self.place(error)}
        except SyntaxError as error:
            mine = error.filename is not None and error.filename.startswith(ROOT + '/')
            path, line = (error.filename[len(ROOT) + 1:], error.lineno or 1) if mine else ('entry.py', 1)
            return None, {'kind': 'syntax', 'message': error.msg, 'path': path, 'line': line}
        except MemoryError:
            return None, {'kind': 'error', 'message': 'needs too much memory', 'path': 'entry.py', 'line': 1}
        except BaseException as error:
            if jinja2 and isinstance(error, jinja2.TemplateSyntaxError):
                path = (error.filename or '')[len(ROOT) + 1:] or 'templates/%s' % error.name
                return None, {'kind': 'template', 'message': error.message, 'path': path, 'line': error.lineno}
            place = self.place(error)
            kind = 'refused' if type(error) is Exception and self.is_raised(place) else 'error'
            return None, {'kind': kind, 'message': '%s: %s' % (type(error).__name__, error), **place}
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def is_raised(self, place):
        """Whether the plugin says so itself."""
        lines = (self.files.files.get(place['path']) or '').splitlines()
        return place['line'] <= len(lines) and lines[place['line'] - 1].lstrip().startswith('raise ')

    def place(self, error):
        path, line = 'entry.py', 1
        trace = error.__traceback__
        while trace is not None:
            filename = trace.tb_frame.f_code.co_filename
            if filename.startswith(ROOT + '/'):
                path, line = filename[len(ROOT) + 1:], trace.tb_lineno
            trace = trace.tb_next
        return {'path': path, 'line': line}


def stop(_signal, _frame):
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    raise TimeLimit()


def guard(event, arguments):
    if event == 'open':
        path, _mode, flags = arguments
        if isinstance(path, int):
            return
        if flags & WRITING:
            raise Refused('opens %s for writing' % os.fspath(path))
        real = os.path.realpath(os.fspath(path))
        if not any(real == folder or os.fspath(real).startswith(folder + os.sep) for folder in READABLE):
            raise Refused('reads %s, which is outside the plugin' % os.fspath(path))
    elif event.startswith(REFUSED):
        raise Refused('%s is not for plugins to do here' % event)


def limit_resources():
    if resource is None:
        return
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    except (ValueError, OSError):
        pass  # some systems do not offer it


def play(plugin, request, answer):
    """Plays one plugin in a child process and passes its lines on; kills it when it does not end."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silent, stream)

        def send(line):
            data = (json.dumps(line) + '\n').encode('ascii')
            while data:
                data = data[os.write(writing, data):]

        status = 0
        try:
            Player(plugin, request, send).run()
        except BaseException as error:
            send({'plugin': plugin['id'], 'stopped': '%s: %s' % (type(error).__name__, error)})
            status = 1
        os._exit(status)
    os.close(writing)
    budget = request['limit'] * 4 + len(plugin['devices']) * 0.5
    deadline, ended = time.monotonic() + budget, False
    buffer = b''
    while True:
        ready, _, _ = select.select([reading], [], [], max(0, deadline - time.monotonic()))
        chunk = os.read(reading, 1 << 20) if ready else b''
        if not chunk:
            ended = bool(ready)
            break
        *lines, buffer = (buffer + chunk).split(b'\n')
        for line in lines:
            answer(line)
    if not ended:
        os.kill(child, signal.SIGKILL)
        answer(json.dumps({'plugin': plugin['id'], 'stopped': 'did not end within %g s' % budget}).encode('ascii'))
    os.close(reading)
    os.waitpid(child, 0)


def main():
    request = json.load(sys.stdin)
    ZONES.update(request['zones'])

    def answer(line):
        sys.stdout.buffer.write(line + b'\n')

    version = getattr(jinja2, '__version__', None)
    if jinja2 and version is None:
        from importlib.metadata import version as version_of
        version = version_of('jinja2')
    answer(json.dumps({'engine': version}).encode('ascii'))
    if jinja2:
        jinja2.Environment().from_string('{{ a|e }}').render(a='&')  # loads what is loaded late
    for plugin in request['plugins']:
        sys.stdout.flush()
        play(plugin, request, answer)
    sys.stdout.flush()


main()
