"""Runs build.py recipes without doing what they ask for, and writes down what they asked for.

Request on stdin:  {"limit": seconds, "families": [{"name", "folder", "output"}]}
Answer on stdout:  lines of `"family name" TAB object`; the objects of a family are {"targets"} first, then one
                   {"target", "failure", "operations"} each, {"reads", "lists"} last; or {"failure"} when the recipe as a
                   whole is unusable; {"stopped"} when it had to be killed.

Each family runs in a child process of its own: an audit hook refuses whatever is neither reading the family nor one
of the recorded calls, file size limits keep the child from writing at all, and time and memory are limited.
What is written down is checked again by the reader; nothing here has to be believed.
"""

import builtins
import gc
import io
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import time
import base64
import zipfile

try:
    import resource
except ImportError:
    resource = None

MAX_OPERATIONS = 20000
MAX_TEXT = 32 * 1024 * 1024
MAX_MEMORY = 1024 * 1024 * 1024
LIBRARY = os.path.dirname(os.path.realpath(os.__file__))
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

# what Python announces before it reaches out of the process
REFUSED_EVENTS = (
    'subprocess.', 'os.exec', 'os.posix_spawn', 'os.spawn', 'os.system', 'os.fork', 'os.startfile', 'pty.',
    'socket.', 'urllib.', 'http.', 'ftplib.', 'smtplib.', 'imaplib.', 'poplib.', 'nntplib.', 'telnetlib.',
    'os.rename', 'os.remove', 'os.rmdir', 'os.mkdir', 'os.chmod', 'os.chown', 'os.link', 'os.symlink',
    'os.truncate', 'os.utime', 'os.chdir', 'os.chflags', 'os.lockf', 'os.setxattr', 'os.removexattr', 'os.kill',
    'os.putenv', 'os.unsetenv', 'shutil.', 'tempfile.', 'ctypes.', 'mmap.', 'fcntl.', 'sqlite3.', 'gc.', 'syslog.',
    'signal.pthread_kill', 'resource.', 'sys.addaudithook', 'sys._getframe_modifier', 'webbrowser.',
)
REFUSED_MODULES = ('ctypes', '_ctypes', '_posixsubprocess', '_socket', 'multiprocessing', '_multiprocessing')


class Refused(BaseException):
    """Stands outside Exception so that a recipe's own `except Exception` does not hide it."""


class TimeLimit(BaseException):
    pass


class Recorder:
    def __init__(self, folder, output, send):
        self.folder = os.path.realpath(folder)
        self.recipe = os.path.join(self.folder, 'build.py')
        self.output = output
        self.send = send
        self.targets = {}
        self.order = []
        self.operations = []
        self.failure = None
        self.reads = set()
        self.lists = set()
        self.text = 0
        self.real_open = io.open

    # -- where the recipe stands

    def line(self):
        frame = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename == self.recipe:
                return frame.f_lineno
            frame = frame.f_back
        return 1

    def refuse(self, message):
        if self.failure is None:
            self.failure = {'kind': 'refused', 'message': message, 'line': self.line()}
        raise Refused(message)

    def add(self, operation):
        if len(self.operations) >= MAX_OPERATIONS:
            self.refuse('asks for more than %d operations' % MAX_OPERATIONS)
        operation['line'] = self.line()
        self.operations.append(operation)
        return operation

    def text_of(self, value):
        value = os.fspath(value)
        return value.decode('utf-8', 'surrogateescape') if isinstance(value, bytes) else value

    def absolute(self, value):
        return os.path.join(self.folder, self.text_of(value))

    def is_output(self, value):
        path = os.path.normpath(self.absolute(value))
        return path == self.output or path.startswith(self.output + '/')

    # -- what a recipe may call

    def target(self, target_id, plugin_id, std_dirs=True, **options):
        line = self.line()
        if options:
            self.failure = None
            raise TypeError('target() does not know %s' % ', '.join(sorted(options)))

        def register(function):
            known = self.targets.get(str(target_id))
            if known is None:
                self.targets[str(target_id)] = entry = {
                    'id': str(target_id), 'plugin': str(plugin_id), 'std_dirs': bool(std_dirs), 'line': line,
                    'redefined': None, 'function': function,
                }
                self.order.append(entry)
            elif known['redefined'] is None:
                known['redefined'] = line
            return function

        return register

    def command(self, name, arguments, options):
        options = {key: value for key, value in options.items() if value not in (None, False)}
        for harmless in ('check', 'text', 'universal_newlines', 'encoding', 'close_fds', 'bufsize', 'stderr', 'timeout'):
            options.pop(harmless, None)
        shell = options.pop('shell', False) or isinstance(arguments, (str, bytes))
        argv = [self.text_of(arguments)] if isinstance(arguments, (str, bytes)) else [self.text_of(x) for x in arguments]
        shown = argv[0] if argv else ''
        stdout = options.pop('stdout', None)
        cwd = options.pop('cwd', None)
        if cwd is not None and os.path.realpath(self.absolute(cwd)) != self.folder:
            self.refuse('subprocess.%s runs "%s" in another folder (cwd)' % (name, shown))
        if options:
            self.refuse('subprocess.%s with %s= is not known' % (name, sorted(options)[0]))
        if stdout == subprocess.DEVNULL or stdout is None:
            self.add({'op': 'command', 'argv': argv, 'shell': bool(shell)})
        elif isinstance(stdout, OutputFile):
            stdout.add_part({'argv': argv, 'shell': bool(shell), 'line': self.line()})
        else:
            self.refuse('subprocess.%s wants to read what "%s" prints' % (name, shown))
        return 0

    def open(self, file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None):
        if isinstance(file, int) or not any(letter in mode for letter in 'wax+'):
            if not isinstance(file, int) and self.is_output(file):
                self.refuse('open("%s") reads from the output, which is built after the recipe has ended' % self.shown(file))
            return self.real_open(file, mode, buffering, encoding, errors, newline, closefd, opener)
        if '+' in mode:
            self.refuse('open(…, "%s") reads and writes at once' % mode)
        operation = self.add({'op': 'file', 'to': self.absolute(file), 'append': 'a' in mode, 'parts': []})
        return OutputFile(self, operation, 'b' in mode, 'utf-8' if encoding in (None, 'locale') else encoding, errors or 'strict')

    def writer(self, write):
        def written(path, data, *arguments, **options):
            if not isinstance(data, Printed):
                return write(path, data, *arguments, **options)
            with self.open(path, 'wb') as file:
                return file.write(data)
        return written

    def shown(self, value):
        return self.absolute(value).replace(self.output, '<output>')

    def make_folder(self, path):
        self.add({'op': 'folder', 'path': self.absolute(path)})

    def move(self, source, destination, *_arguments, **_options):
        self.add({'op': 'move', 'from': self.absolute(source), 'to': self.absolute(destination)})
        return destination

    def remove(self, path, tree):
        self.add({'op': 'remove', 'path': self.absolute(path), 'tree': tree})

    def link(self, target, path, *_arguments, **_options):
        self.add({'op': 'link', 'target': self.text_of(target), 'path': self.absolute(path)})

    def mode(self, path, mode, **_options):
        self.add({'op': 'mode', 'path': self.absolute(path), 'mode': int(mode)})

    def printed(self, arguments, options):
        """What sed prints: nothing is run, so it can only be written to a file as it is."""
        first = arguments if isinstance(arguments, (str, bytes)) else self.text_of(arguments[0])
        if isinstance(arguments, (str, bytes)) or os.path.basename(first) != 'sed':
            self.refuse('subprocess.check_output("%s") is not known to the recipe reader' % first)
        options = {key: value for key, value in options.items() if key not in ('text', 'universal_newlines', 'encoding', 'stderr')}
        cwd = options.pop('cwd', None)
        if options or (cwd is not None and os.path.realpath(self.absolute(cwd)) != self.folder):
            self.refuse('subprocess.check_output with %s= is not known' % (sorted(options) or ['cwd'])[0])
        return Printed(self, {'argv': [self.text_of(one) for one in arguments], 'shell': False, 'line': self.line()})

    def copy_file(self, source, destination):
        self.add({'op': 'copy', 'from': self.text_of(source), 'to': self.absolute(destination), 'tree': False})
        return destination

    def copy_tree(self, source, destination, **options):
        if any(key not in ('symlinks', 'dirs_exist_ok') for key in options):
            self.refuse('shutil.copytree with %s= is not known' % sorted(options)[0])
        self.add({'op': 'copy', 'from': self.text_of(source), 'to': self.absolute(destination), 'tree': True})
        return destination

    # -- the fence

    def replace_calls(self):
        def run(*arguments, **options):
            args = arguments[0] if arguments else options.pop('args')
            self.command('run', args, options)
            return subprocess.CompletedProcess(args, 0)

        def caller(name):
            def call(*arguments, **options):
                args = arguments[0] if arguments else options.pop('args')
                return self.command(name, args, options)
            return call

        def refused(name):
            def call(*arguments, **options):
                first = arguments[0] if arguments else options.get('args', '')
                first = first[0] if isinstance(first, (list, tuple)) and first else first
                self.refuse('%s("%s") is not known to the recipe reader' % (name, first))
            return call

        subprocess.run = run
        subprocess.call = caller('call')
        subprocess.check_call = caller('check_call')
        subprocess.check_output = lambda args, **options: self.printed(args, options)
        for name in ('Popen', 'getoutput', 'getstatusoutput'):
            setattr(subprocess, name, refused('subprocess.' + name))
        for name in ('_posixsubprocess', '_fork_exec'):
            if hasattr(subprocess, name):
                setattr(subprocess, name, None)
        sys.modules.pop('_posixsubprocess', None)
        os.system = lambda line: self.command('system', line, {})
        for name in ('mkfifo', 'mknod', 'popen', 'memfd_create', 'chroot', 'setuid', 'setsid'):
            if hasattr(os, name):
                setattr(os, name, refused('os.' + name))
        os.makedirs = lambda name, mode=0o777, exist_ok=False: self.make_folder(name)
        os.mkdir = lambda path, mode=0o777, **options: self.make_folder(path)
        pathlib.Path.mkdir = lambda path, mode=0o777, parents=False, exist_ok=False: self.make_folder(path)
        for name in ('write_text', 'write_bytes'):
            setattr(pathlib.Path, name, self.writer(getattr(pathlib.Path, name)))
        pathlib.Path.open = lambda path, *arguments, **options: self.open(path, *arguments, **options)
        os.rename = os.replace = os.renames = shutil.move = self.move
        os.remove = os.unlink = lambda path, **options: self.remove(path, False)
        os.rmdir = lambda path, **options: self.remove(path, True)
        shutil.rmtree = lambda path, *arguments, **options: self.remove(path, True)
        os.symlink = self.link
        os.chmod = self.mode
        pathlib.Path.rename = pathlib.Path.replace = self_method(self.move)
        pathlib.Path.unlink = lambda path, missing_ok=False: self.remove(path, False)
        pathlib.Path.rmdir = lambda path: self.remove(path, True)
        pathlib.Path.symlink_to = lambda path, target, target_is_directory=False: self.link(target, path)
        pathlib.Path.chmod = lambda path, mode, **options: self.mode(path, mode)
        for name in ('copy', 'copy2', 'copyfile'):
            setattr(shutil, name, lambda src, dst, **options: self.copy_file(src, dst))
        shutil.copytree = self.copy_tree
        zipfile.ZipFile = packing(self)
        builtins.open = io.open = self.open

    # -- running

    def run(self, limit):
        os.chdir(self.folder)
        with self.real_open(self.recipe, 'rb') as file:
            source = file.read()
        self.replace_calls()
        limit_resources()
        sys.addaudithook(make_guard(self.folder, self.output, self.reads, self.lists, self.refuse))
        signal.signal(signal.SIGALRM, self.stop)
        family_failure = self.guarded(limit, lambda: self.load(source))
        if family_failure is not None:
            self.send({'failure': family_failure})
            return
        self.send({'targets': [{key: value for key, value in entry.items() if key != 'function'} for entry in self.order]})
        for entry in self.order:
            self.operations, self.text = [], 0
            failure = self.guarded(limit, lambda: entry['function'](self.output))
            if failure is not None and failure['kind'] == 'time':
                limit = min(limit, 1)
            self.send({'target': entry['id'], 'failure': failure, 'operations': [] if failure else self.operations})
        self.send({'reads': sorted(self.reads), 'lists': sorted(self.lists)})

    def load(self, source):
        code = compile(source, self.recipe, 'exec', dont_inherit=True)
        exec(code, {'__name__': 'build', '__file__': self.recipe, '__builtins__': builtins, 'target': plain(self.target)})

    def guarded(self, limit, step):
        self.failure = None
        failure = None
        signal.setitimer(signal.ITIMER_REAL, limit)
        try:
            step()
        except Refused:
            pass
        except TimeLimit as stopped:
            failure = {'kind': 'time', 'message': 'did not end within %g s' % limit, 'line': stopped.args[0]}
        except SyntaxError as error:
            mine = error.filename == self.recipe
            failure = {'kind': 'syntax', 'message': error.msg, 'line': (mine and error.lineno) or 1,
                       'column': (mine and error.offset) or 1}
        except MemoryError:
            failure = {'kind': 'error', 'message': 'needs too much memory', 'line': 1}
        except BaseException as error:
            failure = {'kind': 'error', 'message': '%s: %s' % (type(error).__name__, error), 'line': self.line_of(error)}
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        return self.failure or failure

    def stop(self, _signal, frame):
        while frame is not None and frame.f_code.co_filename != self.recipe:
            frame = frame.f_back
        # a recipe that swallows the first one meets the next
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        raise TimeLimit(frame.f_lineno if frame is not None else 1)

    def line_of(self, error):
        line, trace = 1, error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == self.recipe:
                line = trace.tb_lineno
            trace = trace.tb_next
        return line


def self_method(method):
    """A method of paths that tells where the path goes."""
    def moved(path, target):
        method(path, target)
        return type(path)(target)
    return moved


def packing(recorder):
    """ZipFile that packs in memory and is written down as a file once it is closed: the same content gives the same bytes."""
    class ZipFile(zipfile.ZipFile):
        _written = None

        def __init__(self, file, mode='r', *arguments, **options):
            if mode != 'r' and isinstance(file, (str, bytes, os.PathLike)):
                if mode == 'a':
                    recorder.refuse('ZipFile("%s", "a") reads and writes at once' % recorder.shown(file))
                self._written = recorder.open(file, 'wb')
                file = io.BytesIO()
            self._packed = file
            super().__init__(file, mode, *arguments, **options)

        def write(self, filename, arcname=None, *arguments, **options):
            if recorder.is_output(filename):
                recorder.refuse('ZipFile.write("%s") reads from the output, which is built after the recipe has ended' % recorder.shown(filename))
            return super().write(filename, arcname, *arguments, **options)

        def close(self):
            super().close()
            if self._written is not None:
                written, self._written = self._written, None
                written.write(self._packed.getvalue())
                written.close()

    class ZipInfo(zipfile.ZipInfo):
        """Without the time of day or of a checkout, which would make other bytes of the same content."""

        def __init__(self, filename='NoName', date_time=None):
            super().__init__(filename, (1980, 1, 1, 0, 0, 0))

    zipfile.ZipInfo = ZipInfo
    return ZipFile


class Printed:
    """Stands for what a command would print."""

    def __init__(self, recorder, part):
        self._recorder, self._part = recorder, part

    def decode(self, *_arguments):
        return self

    encode = decode

    def _used(self, *_arguments):
        self._recorder.refuse('uses what "%s" prints other than to write it to a file as it is' % self._part['argv'][0])

    __str__ = __bytes__ = __len__ = __iter__ = __bool__ = __add__ = __radd__ = __getitem__ = __contains__ = __format__ = _used
    __eq__ = _used
    __hash__ = None

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        self._used()


def plain(method):
    """A function that does not hand out the object behind it, as a bound method does in `__self__`."""
    def target(*arguments, **options):
        return method(*arguments, **options)
    return target


def make_guard(folder, output, reads, lists, refuse):
    """The audit hook. It never sleeps, and what it decides by is its own: nobody but the interpreter holds it."""
    library, sep, writing, refused, modules = LIBRARY, os.sep, WRITING, REFUSED_EVENTS, REFUSED_MODULES
    join, realpath, relpath, normpath, fspath = os.path.join, os.path.realpath, os.path.relpath, os.path.normpath, os.fspath

    def text_of(value):
        value = fspath(value)
        return value.decode('utf-8', 'surrogateescape') if isinstance(value, bytes) else value

    def stop(message):
        refuse(message)
        raise Refused(message)

    def allow_reading(path, seen):
        if isinstance(path, int):
            return
        full = join(folder, text_of(path))
        real, plain_path = realpath(full), normpath(full)
        if real == folder or real.startswith(folder + sep):
            seen.add(relpath(real, folder))
        elif not (real == library or real.startswith(library + sep) or plain_path == output or plain_path.startswith(output + '/')):
            stop('reads "%s", which is outside the family' % text_of(path))

    def guard(event, arguments):
        if event == 'open':
            path, _mode, flags = arguments
            if isinstance(path, int):
                return
            if flags & writing:
                stop('opens "%s" for writing' % join(folder, text_of(path)).replace(output, '<output>'))
            allow_reading(path, reads)
        elif event in ('os.listdir', 'os.scandir'):
            allow_reading(arguments[0] if arguments and arguments[0] is not None else '.', lists)
        elif event == 'import':
            if str(arguments[0]).split('.')[0] in modules:
                stop('imports %s' % arguments[0])
        elif event.startswith(refused):
            first = arguments[0] if arguments and isinstance(arguments[0], (str, bytes, os.PathLike)) else ''
            stop('%s(%s) is not known to the recipe reader' % (event, text_of(first) if first else ''))

    return guard


class OutputFile:
    """What a recipe gets for open(path, 'w'): text and the output of commands, in order."""

    def __init__(self, recorder, operation, binary, encoding, errors):
        self._recorder, self._operation = recorder, operation
        self._binary, self._encoding, self._errors = binary, encoding, errors
        self.closed = False

    def add_part(self, part):
        if len(self._operation['parts']) >= MAX_OPERATIONS:
            self._recorder.refuse('writes more than %d parts to one file' % MAX_OPERATIONS)
        self._operation['parts'].append(part)

    def write(self, data):
        if isinstance(data, Printed):
            self.add_part(data._part)
            return 0
        raw = bytes(data) if self._binary else data.encode(self._encoding, self._errors)
        self._recorder.text += len(raw)
        if self._recorder.text > MAX_TEXT:
            self._recorder.refuse('writes more than %d MB' % (MAX_TEXT // 1024 // 1024))
        self.add_part({'text': base64.b64encode(raw).decode('ascii')})
        return len(data)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def fileno(self):
        self._recorder.refuse('asks for the file descriptor of an output file')

    def writable(self):
        return True

    def flush(self):
        pass

    def close(self):
        self.closed = True

    def __enter__(self):
        return self

    def __exit__(self, *_unused):
        self.closed = True


def limit_resources():
    if resource is None:
        return
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    except (ValueError, OSError):
        pass  # some systems do not offer it


def record(family, limit, answer):
    """Runs one family in a child process and passes its lines on; kills it when it does not end."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        gc.enable()
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
            Recorder(family['folder'], family['output'], send).run(limit)
        except BaseException as error:
            send({'failure': {'kind': 'error', 'message': '%s: %s' % (type(error).__name__, error), 'line': 1}})
            status = 1
        os._exit(status)
    os.close(writing)
    buffer, deadline, ended = b'', time.monotonic() + 6 * limit + 2, False
    while True:
        ready, _, _ = select.select([reading], [], [], max(0, deadline - time.monotonic()))
        chunk = os.read(reading, 1 << 16) if ready else b''
        if not chunk:
            ended = bool(ready)
            break
        buffer += chunk
        *lines, buffer = buffer.split(b'\n')
        for line in lines:
            answer(family['name'], line)
    if not ended:
        os.kill(child, signal.SIGKILL)
        answer(family['name'], json.dumps({'stopped': 6 * limit + 2}).encode('ascii'))
    os.close(reading)
    os.waitpid(child, 0)


def main():
    request = json.load(sys.stdin)

    def answer(name, line):
        sys.stdout.write('%s\t%s\n' % (json.dumps(name), line.decode('ascii', 'replace')))

    gc.disable()
    gc.freeze()  # so that a child shares these pages rather than copies them
    for family in request['families']:
        sys.stdout.flush()  # or the child would inherit, and repeat, what is buffered
        record(family, request['limit'], answer)
    sys.stdout.flush()


main()
