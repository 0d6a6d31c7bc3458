"""What Lockstep is compared with: the same work done one after the other with rsync, sed, GNU tar and bzip2.

Where rsync is not there, its copies are made in this process: a floor, since no program has to be started for them.
"""

import fnmatch
import hashlib
import json
import os
import shutil
import subprocess
import sys

run = subprocess.check_call


def copy(source, target, excluded):
    os.makedirs(target, exist_ok=True)
    for entry in os.scandir(source):
        if any(fnmatch.fnmatchcase(entry.name, pattern) for pattern in excluded):
            continue
        there = os.path.join(target, entry.name)
        if entry.is_symlink():
            os.symlink(os.readlink(entry.path), there)
        elif entry.is_dir():
            copy(entry.path, there, excluded)
        else:
            shutil.copyfile(entry.path, there)
            shutil.copymode(entry.path, there)


def without_rsync(words, **options):
    """`rsync -rlp --exclude NAME … SOURCE/ TARGET`, all that the families of the benchmark ask for."""
    if words[0] != 'rsync':
        return run(words, **options)
    excluded = [word for before, word in zip(words, words[1:]) if before == '--exclude']
    copy(words[-2], words[-1], excluded)
    return 0


if shutil.which('rsync') is None:
    subprocess.check_call = without_rsync

tree, out = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
folders = os.path.join(out, 'folders')
packages = os.path.join(out, 'packages')
os.makedirs(folders, exist_ok=True)
os.makedirs(packages, exist_ok=True)
index = {}

for family in sorted(os.listdir(tree)):
    recipe = os.path.join(tree, family, 'build.py')
    if not os.path.isfile(recipe):
        continue
    os.chdir(os.path.join(tree, family))
    targets = []

    def target(target_id, plugin_id, std_dirs=True):
        def register(function):
            targets.append((plugin_id, function))
            return function
        return register

    with open(recipe) as file:
        exec(compile(file.read(), recipe, 'exec'), {'target': target, '__name__': 'build'})
    for plugin_id, build in targets:
        path = os.path.join(folders, plugin_id)
        subprocess.check_call(['rm', '-rf', path])
        os.makedirs(path)
        build(path)
        for folder in ('var', 'var/cache', 'var/installed', 'var/templates', 'var/tftpboot'):
            os.makedirs(os.path.join(path, folder), exist_ok=True)
        with open(os.path.join(path, 'plugin-info')) as file:
            info = json.load(file)
        name = '%s-%s.tar.bz2' % (plugin_id.replace('_', '-'), info['version'])
        package = os.path.join(packages, name)
        subprocess.check_call(['tar', 'cjf', package, '-C', folders, plugin_id])
        with open(package, 'rb') as file:
            data = file.read()
        info.update(filename=name, dsize=len(data), sha1sum=hashlib.sha1(data).hexdigest())
        index[plugin_id] = info

with open(os.path.join(packages, 'plugins.db'), 'w') as file:
    json.dump(index, file, sort_keys=True, separators=(',', ':'))
print(len(index))
