import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { buildFamilies } from '../build/build-families.ts';
import { familyFolder, pluginInfo } from '../testing/family-folder.ts';
import { phoneFamilies, soundPlugin } from '../testing/phone-family.ts';
import { checkVersions } from '../versions/check-versions.ts';

const hasPython = spawnSync('python3', ['-I', '-c', 'pass']).status === 0;
const offer = { label: 'nothing', knowsFolders: true, plugins: new Map() };
const recipe = (id: string) => JSON.stringify({ targets: [{ id: 't', plugin: id, layers: [{ copy: 'm/' }] }] });

function threeFamilies(): string {
  return familyFolder({
    'good/family.json': recipe('good'),
    'good/m/plugin-info': pluginInfo('1.0'),
    'good/m/entry.py': 'x = 1\n',
    'bad/family.json': recipe('bad'),
    'bad/m/plugin-info': pluginInfo('1.0'),
    'bad/m/entry.py': 'x = 1\ndef broken(\n',
    'old/family.json': recipe('old'),
    'old/m/plugin-info': pluginInfo('1.0'),
    'old/m/lib/a.py': '\nprint "x"\n',
  });
}

describe.skipIf(!hasPython)('the code of plugins (skipped without python3)', () => {
  it('fails its plugin alone at build and check, with file and line; what Python 2 read is a warning, twice the same', async () => {
    const dir = threeFamilies();
    for (const _time of [1, 2]) {
      const { failed, warnings, offered } = await buildFamilies({ dir, shownAs: '.' });
      expect(failed.map(({ problem }) => [problem.code, problem.where])).toEqual([
        ['python-syntax', expect.objectContaining({ file: 'bad/m/entry.py', line: 2 })],
      ]);
      expect(warnings.map(({ code, where }) => [code, where?.file, where?.line])).toEqual([
        ['python-2', 'old/m/lib/a.py', 2],
      ]);
      expect(offered.map(({ pluginId }) => pluginId).sort()).toEqual(['good', 'old']);
    }
    const { failed } = await checkVersions({ dir, offer });
    expect(failed.map(({ pluginId }) => pluginId)).toEqual(['bad']);
  });
});

it('without Python it is said that the code was not checked, and the plugins are built', async () => {
  const dir = threeFamilies();
  const { failed, warnings } = await buildFamilies({ dir, python: '/no/python' });
  expect(failed).toEqual([]);
  expect(warnings.map(({ code, message }) => [code, message])).toEqual([
    ['code-not-checked', '3 files of Python were not checked: /no/python cannot be run.'],
  ]);
  if (hasPython) expect((await buildFamilies({ dir })).failed).toHaveLength(1);
});

it('packages, firmware names and capabilities are looked at by build too, each at its line', async () => {
  const dir = phoneFamilies({
    sound: soundPlugin,
    odd: {
      ...soundPlugin,
      'plugin-info': soundPlugin['plugin-info']!.replace('A1, 1.2.3', 'A1, 1.3.0'),
      'entry.py': `${soundPlugin['entry.py']}FILES = {'A1': 'a1-9.9.bin'}  # not there\n# 'a1-8.8.bin'\n`,
      'pkgs/pkgs.db': soundPlugin['pkgs/pkgs.db']!.replace('[install_acme]', '[install_acne]'),
    },
  });
  const { warnings } = await buildFamilies({ dir, shownAs: '.' });
  expect(warnings.map(({ code, where }) => `${where?.file}:${where?.line} ${code}`).sort()).toEqual([
    'odd/m/entry.py:8 file-missing',
    'odd/m/pkgs/pkgs.db:1 packages',
    'odd/m/pkgs/pkgs.db:7 packages',
    'odd/m/plugin-info:5 capability-firmware',
    'odd/m/templates/base.tpl:11 file-missing',
  ]);
});
