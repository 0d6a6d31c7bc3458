import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, readlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { treeOf, writePackage } from '../../package/index.ts';
import { buildFamilies } from '../build/build-families.ts';
import { openFamilyTree } from '../family-tree.ts';
import { oneTarget } from '../testing/family-folder.ts';
import { formatFamilyJson } from './format-family-json.ts';

const recipe = `
import shutil
from pathlib import Path
from subprocess import check_output
check_call(['rsync', '-rlp', 'model/', path])
os.mkdir(path + '/sub')
os.rename(path + '/a.tpl', path + '/sub/b.tpl')
Path(path, 'c.tpl').rename(Path(path, 'd.tpl'))
shutil.move(path + '/old', path + '/new')
os.remove(path + '/gone.txt')
Path(path, 'gone-too.txt').unlink()
shutil.rmtree(path + '/drop')
os.symlink('d.tpl', path + '/link.tpl')
os.chmod(path + '/run.sh', 0o755)
Path(path, 'plain.sh').chmod(0o644)
with open(path + '/printed.txt', 'wb') as out:
    out.write(check_output(['sed', 's/one/two/', 'model/d.txt']))
Path(path, 'text.txt').write_text(check_output(['sed', 's/one/three/', 'model/d.txt']).decode())`.trim();

const files = Object.fromEntries(
  ['a.tpl', 'c.tpl', 'old/x', 'old/deep/y', 'gone.txt', 'gone-too.txt', 'drop/z', 'run.sh', 'plain.sh'].map((path) => [
    `f/model/${path}`,
    `${path}\n`,
  ]),
);

const built = (dir: string, path: string) => join(dir, '_build/folders/f-t', path);

it('renames, removes, links, modes and what a command prints are recorded and done, and family.json says the same', async () => {
  const dir = oneTarget(recipe, { ...files, 'f/model/d.txt': 'one\n' });
  const { failed, built: first } = await buildFamilies({ dir });
  expect(failed).toEqual([]);
  const names = readdirSync(built(dir, ''), { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.startsWith('var'),
  );
  expect(names.sort()).toEqual([
    'd.tpl',
    'd.txt',
    'link.tpl',
    'new',
    'new/deep',
    'new/deep/y',
    'new/x',
    'plain.sh',
    'plugin-info',
    'printed.txt',
    'run.sh',
    'sub',
    'sub/b.tpl',
    'text.txt',
  ]);
  expect(readFileSync(built(dir, 'printed.txt'), 'utf8')).toBe('two\n');
  expect(readFileSync(built(dir, 'text.txt'), 'utf8')).toBe('three\n');
  expect(readlinkSync(built(dir, 'link.tpl'))).toBe('d.tpl');
  expect([built(dir, 'run.sh'), built(dir, 'plain.sh')].map((path) => lstatSync(path).mode & 0o111)).toEqual([
    0o111, 0,
  ]);

  const tree = await openFamilyTree({ dir });
  writeFileSync(join(dir, 'f/family.json'), formatFamilyJson(tree.families[0]!.content!));
  const again = await buildFamilies({ dir, out: join(dir, 'again') });
  expect([again.failed, again.built.map(({ sha256 }) => sha256)]).toEqual([[], first.map(({ sha256 }) => sha256)]);
});

const packing = `
import zipfile
from zipfile import ZIP_DEFLATED, ZipFile
check_call(['rsync', '-rlp', '--exclude', '*.zip', 'model/', path])
with ZipFile(path + '/out.zip', 'w', ZIP_DEFLATED) as out:
    out.write('model/a.txt', 'deep/a.txt')
    out.writestr('made.txt', 'made')
with zipfile.ZipFile('model/in.zip') as packed:
    packed.extractall(path + '/unpacked')
    open(path + '/names', 'w').write(' '.join(packed.namelist()))`.trim();

it('what is packed and unpacked with zipfile is recorded, and packed again gives the same bytes', async () => {
  const given = treeOf('in', [
    { path: 'one.txt', kind: 'file', mode: 0o644, bytes: Buffer.from('one') },
    { path: 'deep/two.txt', kind: 'file', mode: 0o644, bytes: Buffer.from('two') },
  ]);
  const dir = oneTarget(packing, { 'f/model/a.txt': 'a\n' });
  writeFileSync(join(dir, 'f/model/in.zip'), await writePackage(given, 'zip'));
  const { failed, built: first } = await buildFamilies({ dir });
  expect(failed).toEqual([]);
  expect(readFileSync(built(dir, 'names'), 'utf8').split(' ').sort()).toContain('deep/two.txt');
  expect(readFileSync(built(dir, 'unpacked/deep/two.txt'), 'utf8')).toBe('two');
  const script =
    'import json,sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);print(json.dumps({n:z.read(n).decode() for n in z.namelist()}))';
  const packed = JSON.parse(execFileSync('python3', ['-c', script, built(dir, 'out.zip')], { encoding: 'utf8' }));
  expect(packed).toEqual({ 'deep/a.txt': 'a\n', 'made.txt': 'made' });
  utimesSync(join(dir, 'f/model/a.txt'), 1_000_000_000, 1_000_000_000);
  const again = await buildFamilies({ dir, out: join(dir, 'again') });
  expect(again.built.map(({ sha256 }) => sha256)).toEqual(first.map(({ sha256 }) => sha256));
});

it.each([
  ['what is not there', "os.rename(path + '/nothing', path + '/x')", 'recipe-not-valid'],
  ['a file of the family', "os.remove('model/plugin-info')", 'recipe-refused'],
  ['the output itself', 'shutil.rmtree(path)', 'recipe-not-valid'],
  ['into itself', "os.rename(path + '/sub', path + '/sub/x')", 'recipe-not-valid'],
  ['through a link', "os.symlink('..', path + '/up')", 'recipe-refused'],
  [
    'what is printed, cut',
    "open(path + '/x', 'wb').write(check_output(['sed', 's/a/b/', 'model/plugin-info'])[2:])",
    'recipe-refused',
  ],
  ['what is printed, by other programs', "open(path + '/x', 'wb').write(check_output(['date']))", 'recipe-refused'],
  [
    'a packed file of what is built only afterwards',
    "import zipfile\nzipfile.ZipFile(path + '/x.zip', 'w').write(path + '/plugin-info')",
    'recipe-refused',
  ],
  ['a packed file that is added to', "import zipfile\nzipfile.ZipFile(path + '/x.zip', 'a')", 'recipe-refused'],
])('%s: refused with its line, and nothing is touched', async (_name, line, code) => {
  const dir = oneTarget(
    `import shutil\nfrom subprocess import check_output\ncheck_call(['rsync', '-rlp', 'model/', path])\n${line}`,
    {
      'f/model/sub/y': 'y',
    },
  );
  const { failed } = await buildFamilies({ dir });
  expect(failed.map(({ problem }) => [problem.code, (problem.where?.line ?? 0) >= 8])).toEqual([[code, true]]);
  expect(readFileSync(join(dir, 'f/model/plugin-info'), 'utf8')).toContain('A plugin.');
});
