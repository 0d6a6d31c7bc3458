"""Reads Python source without running it. Request on stdin: [[key, source in base64], …]; answer on stdout: for each
source that cannot be read a line of JSON {"key", "line", "column", "message", "text"}, and {"read": count} at the end.
"""

import ast
import base64
import json
import sys
import warnings

try:
    import resource
except ImportError:
    resource = None

MAX_MEMORY = 1024 * 1024 * 1024
if resource is not None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    except (ValueError, OSError):
        pass  # some systems do not offer it

warnings.simplefilter('ignore')
sources = json.load(sys.stdin)
for key, source in sources:
    fault = None
    try:
        # like a compilation of the file, but for nothing being made of it
        compile(base64.b64decode(source), '<source>', 'exec', ast.PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError as error:
        fault = {'line': error.lineno or 1, 'column': error.offset or 1, 'message': error.msg, 'text': error.text or ''}
    except (ValueError, RecursionError, MemoryError) as error:
        fault = {'line': 1, 'column': 1, 'message': str(error) or type(error).__name__, 'text': ''}
    if fault is not None:
        sys.stdout.write(json.dumps({'key': key, **fault}) + '\n')
sys.stdout.write(json.dumps({'read': len(sources)}) + '\n')
