import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openFamilyTree, resolveTargets } from '../../src/family/index.ts';
import { type FuzzTarget, law } from './target.ts';

const sources: Readonly<Record<string, string>> = {
  'model/plugin-info': '{"version": "0.1", "description": "A plugin.", "capabilities": {}}\n',
  'common/phone.btpl': 'model=#MODEL#\nlines=#LINES#\n',
  'common/keep': 'kept\n',
};

/** build.py texts under the recorder, up to the tree that each target would build. The sources stay as they are. */
export const recipeTarget: FuzzTarget = {
  name: 'recipe',
  words: [
    "check_call(['rsync', '-rlp', 'common/', path])\n",
    "check_call(['rsync', '-rlp', '../', path])\n",
    "check_call(['sed', 's/a/b/', 'common/keep'], stdout=open(path + '/x', 'wb'))\n",
    "open(path + '/../x', 'w').write('x')\n",
    'raise SystemExit(3)\n',
    'import no_such_module\n',
    'os._exit(0)\n',
    "print('x' * 10 ** 7)\n",
    'lambda: ',
    '    ',
    '@target(',
    'path',
  ],
  async check(input) {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-fuzz-'));
    try {
      const written = { ...sources, 'build.py': input };
      for (const [path, content] of Object.entries(written)) {
        mkdirSync(dirname(join(folder, 'f', path)), { recursive: true });
        writeFileSync(join(folder, 'f', path), content);
      }
      const tree = await openFamilyTree({ dir: folder, remember: false, recipeLimit: 1 });
      await resolveTargets(tree, () => true);
      law(readdirSync(folder).join() === 'f', 'nothing is written beside the family');
      for (const [path, content] of Object.entries(sources)) {
        law(readFileSync(join(folder, 'f', path), 'utf8') === content, `${path} is as it was`);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
