import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type BuildOptions, buildFamilies } from '../index.ts';
import { familyFolder, pluginInfo } from '../testing/family-folder.ts';

const recipe = (plugin: string) => `from subprocess import check_call
@target('t', '${plugin}')
def build(path):
    check_call(['rsync', '-rlp', 'common/', 'model/', path])
`;

/** two families that were built: they were built, and their files have lain there long enough for their times to tell. */
async function builtTree(): Promise<string> {
  const dir = familyFolder({
    'a/build.py': recipe('a-t'),
    'a/common/x': 'x',
    'a/model/plugin-info': pluginInfo('0.1'),
    'b/build.py': recipe('b-t'),
    'b/common/sub/x': 'x',
    'b/model/plugin-info': pluginInfo('0.2'),
  });
  await vi.waitFor(
    async () => {
      expect((await buildFamilies({ dir })).failed).toEqual([]);
      expect(existsSync(join(dir, '_build/.lockstep/standing.json'))).toBe(true);
    },
    { timeout: 20_000, interval: 100 },
  );
  return dir;
}

/** Where what was recorded is gone, whoever asks the recipes again needs Python and does not find it. */
function withoutRecordings(dir: string): BuildOptions {
  rmSync(join(dir, '_build/.lockstep/sources.json'));
  return { dir, python: 'python-that-is-not-there' };
}

describe('a build of what did not change', () => {
  it('says what it would have said, without asking a recipe', async () => {
    const dir = await builtTree();
    const before = await buildFamilies({ dir });
    expect(before.unchanged.map(({ pluginId }) => pluginId)).toEqual(['a-t', 'b-t']);
    expect(await buildFamilies(withoutRecordings(dir))).toEqual(before);
  });

  it.each<[string, (dir: string) => void, string[]]>([
    ['a file that is new in a folder', (dir) => writeFileSync(join(dir, 'b/common/sub/y'), 'y'), ['b-t']],
    ['a file that is gone', (dir) => rmSync(join(dir, 'a/common/x')), ['a-t']],
    ['a file that may be executed now', (dir) => chmodSync(join(dir, 'a/common/x'), 0o755), ['a-t']],
    ['other bytes of the same size', (dir) => writeFileSync(join(dir, 'a/common/x'), 'y'), ['a-t']],
    ['a recipe that says more', (dir) => writeFileSync(join(dir, 'b/build.py'), `${recipe('b-t')}\n`), []],
    ['a package that is gone', (dir) => rmSync(join(dir, '_build/dev/b-t-0.2.tar.bz2')), ['b-t']],
    ["a plugin's folder that is gone", (dir) => rmSync(join(dir, '_build/folders/a-t'), { recursive: true }), ['a-t']],
    [
      'a family that is new',
      (dir) => {
        const files = { 'c/build.py': recipe('c-t'), 'c/common/x': 'x', 'c/model/plugin-info': pluginInfo('0.3') };
        for (const [path, text] of Object.entries(files)) {
          mkdirSync(join(dir, dirname(path)), { recursive: true });
          writeFileSync(join(dir, path), text);
        }
      },
      ['c-t'],
    ],
    [
      'a family.json that takes the place of a build.py',
      (dir) => {
        const layers = [{ copy: 'common/' }, { copy: 'model/' }, { copy: 'common/x', to: 'again' }];
        writeFileSync(join(dir, 'a/family.json'), JSON.stringify({ targets: [{ id: 't', plugin: 'a-t', layers }] }));
      },
      ['a-t'],
    ],
  ])('notices %s', async (_what, change, built) => {
    const dir = await builtTree();
    change(dir);
    const report = await buildFamilies({ dir });
    expect(report.failed).toEqual([]);
    expect(report.built.map(({ pluginId }) => pluginId)).toEqual(built);
  });

  it('is asked anew for other folders, targets or a damaged memory', async () => {
    const dir = await builtTree();
    expect((await buildFamilies({ dir, out: join(dir, '_build/other') })).built).toHaveLength(2);
    expect((await buildFamilies({ dir, what: ['b'] })).unchanged.map(({ pluginId }) => pluginId)).toEqual(['b-t']);
    writeFileSync(join(dir, '_build/.lockstep/standing.json'), '{"format":1,');
    expect((await buildFamilies({ dir })).unchanged).toHaveLength(2);
  });
});
