import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildFamilies } from '../index.ts';
import { familyFolder, oneTarget, pluginInfo } from '../testing/family-folder.ts';

const copyModel = "check_call(['rsync', '-rlp', 'model/', path])";

async function failureOf(dir: string, options: { allowCommands?: boolean; recipeLimit?: number } = {}) {
  const { failed } = await buildFamilies({ dir, ...options });
  return failed[0]?.problem;
}

describe('a recipe that leaves its folders', () => {
  it.each<[name: string, body: string]>([
    ['copies to ../', "check_call(['rsync', '-rlp', 'model/', path + '/../other'])"],
    ['copies to an absolute path', "check_call(['rsync', '-rlp', 'model/', '/tmp/elsewhere'])"],
    ['copies from ../', "check_call(['rsync', '-rlp', '../other/', path])"],
    ['copies from an absolute path', "check_call(['rsync', '-rlp', '/etc/', path])"],
    ['writes to ../', "open(path + '/../x', 'w').write('x')"],
    ['writes to an absolute path', "open('/tmp/lockstep-escaped', 'w').write('x')"],
    ['writes into its own sources', "open('model/plugin-info', 'w').write('x')"],
    ['makes a folder elsewhere', "os.makedirs('/tmp/lockstep-escaped')"],
    ['substitutes a file elsewhere', "check_call(['sed', 's/a/b/', '/etc/passwd'], stdout=open(path + '/x', 'w'))"],
    ['opens a file elsewhere', "open('/etc/passwd').read()"],
    ['removes a file', "os.remove('/tmp/lockstep-nothing')"],
    ['changes the folder', "os.chdir('/')"],
    ['makes a link', "os.symlink('/etc', path + '/etc')"],
    ['copies a link that leaves', "check_call(['rsync', '-rlp', 'links/', path])"],
    ['copies an absolute link', "check_call(['rsync', '-rlp', 'absolute/', path])"],
    ['copies through a linked folder', "check_call(['rsync', '-rlp', 'outside/', path])"],
    ['writes through a link', "check_call(['rsync', '-rlp', 'inside/', path]); open(path + '/here/x', 'w').write('x')"],
  ])('%s: refused with the line, the tree untouched', async (_name, body) => {
    const dir = oneTarget(`${copyModel}\n${body}`, {
      'f/links/up': { link: '../../secret' },
      'f/absolute/etc': { link: '/etc/passwd' },
      'f/outside': { link: '/etc' },
      'f/inside/here': { link: '.' },
    });
    const before = readdirSync(join(dir, 'f'), { recursive: true });
    expect(await failureOf(dir)).toMatchObject({
      code: 'recipe-refused',
      where: { file: join(dir, 'f/build.py'), line: expect.toSatisfy((line) => line === 6 || line === 5) },
    });
    expect(readdirSync(join(dir, 'f'), { recursive: true })).toEqual(before);
    expect(existsSync('/tmp/lockstep-escaped')).toBe(false);
    expect(readdirSync(join(dir, '_build/dev'))).toEqual([]);
  });
});

describe('a recipe that goes for its guard', () => {
  const wanted = "os.posix_spawn('/bin/sh', ['sh', '-c', 'touch /tmp/lockstep-unguarded'], {})";
  const recorder = [
    'try:',
    '    raise ValueError',
    'except ValueError as error:',
    '    frame = error.__traceback__.tb_frame',
    'while frame is not None:',
    "    owner = frame.f_locals.get('self')",
    '    if owner is not None:',
    '        owner.guarding = False',
    '        owner.refuse = lambda message: None',
    "    for name in ('REFUSED_EVENTS', 'REFUSED_MODULES'):",
    '        if name in frame.f_globals: frame.f_globals[name] = ()',
    '    frame = frame.f_back',
  ].join('\n');

  it.each([
    ['through the decorator', `target.__self__.guarding = False\n${wanted}`],
    [
      'through the frames that called it',
      `${recorder}\ntry:\n    ${wanted}\nexcept BaseException:\n    raise SystemExit(1)`,
    ],
  ])('%s: finds nothing to switch off, and what it wanted is not done', async (_way, body) => {
    const dir = oneTarget(`${copyModel}\n${body}`);
    expect(await failureOf(dir)).toBeDefined();
    expect(existsSync('/tmp/lockstep-unguarded')).toBe(false);
  });
});

describe('a recipe that runs something', () => {
  it.each<[name: string, body: string, word: string]>([
    ['an unknown command', "check_call(['make', 'all'])", 'make all'],
    ['a shell line', "os.system('touch /tmp/lockstep-escaped')", 'touch'],
    ['a shell line through subprocess', "check_call('touch /tmp/lockstep-escaped', shell=True)", 'touch'],
    ['an unknown option of rsync', "check_call(['rsync', '--delete', 'model/', path])", '--delete'],
    [
      'an unknown option of sed',
      "check_call(['sed', '-i', 's/a/b/', path + '/x'], stdout=open(path + '/y', 'w'))",
      '-i',
    ],
    ['a pipe', "__import__('subprocess').check_output(['id'])", 'check_output("id")'],
    ['the network', "__import__('socket').socket()", 'socket'],
    ['a fork', 'os.fork()', 'os.fork'],
    ['foreign code', "__import__('ctypes')", 'ctypes'],
    ['something it hides', "try:\n    os.truncate('/tmp/x', 0)\nexcept BaseException:\n    pass", 'os.truncate'],
  ])('%s: refused by name', async (_name, body, word) => {
    const problem = await failureOf(oneTarget(`${copyModel}\n${body}`));
    expect(problem).toMatchObject({ code: 'recipe-refused' });
    expect(problem?.message).toContain(word);
    expect(existsSync('/tmp/lockstep-escaped')).toBe(false);
  });

  it('may do so with allowCommands, in a folder of its own', async () => {
    const dir = oneTarget(`${copyModel}\ncheck_call(['sh', '-c', 'echo made > "$0/made"', path])`);
    const { built, failed } = await buildFamilies({ dir, allowCommands: true });
    expect(failed).toEqual([]);
    expect(built).toHaveLength(1);
    expect(readdirSync(join(dir, '_build/folders/f-t'))).toContain('made');
  });

  it('may not leave its folders even then', async () => {
    const dir = oneTarget(`${copyModel}\ncheck_call(['rsync', '-rlp', 'model/', path + '/../x'])`);
    expect(await failureOf(dir, { allowCommands: true })).toMatchObject({ code: 'recipe-refused' });
  });
});

describe('a recipe that is wrong', () => {
  it('and never ends is stopped, with the line it stood at', async () => {
    const problem = await failureOf(oneTarget(`${copyModel}\nwhile True:\n    pass`), { recipeLimit: 0.3 });
    expect(problem).toMatchObject({ code: 'recipe-refused', where: { line: expect.any(Number) } });
    expect(problem?.message).toContain('did not end');
    expect(problem?.where?.line).toBeGreaterThanOrEqual(6);
  });

  it('and never ends as a whole does not keep other families from being built', async () => {
    const dir = oneTarget(copyModel, {
      'g/build.py': 'while True:\n    try:\n        while True: pass\n    except BaseException: pass\n',
    });
    const { built, failed } = await buildFamilies({ dir, recipeLimit: 0.2 });
    expect(built.map(({ pluginId }) => pluginId)).toEqual(['f-t']);
    expect(failed).toMatchObject([{ family: 'g', target: null, problem: { code: 'recipe-refused' } }]);
  });

  it('and defines a target twice names the second line and the first; its other targets are built', async () => {
    const again = "@target('a', 'f-a')\ndef a(path):\n    pass\n";
    const fine =
      "@target('b', 'f-b')\ndef b(path):\n    from subprocess import check_call\n    check_call(['rsync', '-rlp', 'model/', path])\n";
    const dir = familyFolder({ 'f/build.py': again + again + fine, 'f/model/plugin-info': pluginInfo('0.1') });
    const { built, failed } = await buildFamilies({ dir });
    expect(built.map(({ pluginId }) => pluginId)).toEqual(['f-b']);
    expect(failed).toHaveLength(1);
    expect(failed[0]?.problem).toMatchObject({
      code: 'recipe-not-valid',
      message: 'The target "a" is defined again; the first is in line 1.',
      where: { line: 4 },
    });
  });

  it.each<[name: string, text: string, line: number]>([
    ['a syntax error', 'x = 1\ndef broken(:\n', 2],
    ['an error', 'x = 1\n\nx.nothing()\n', 3],
  ])('and has %s is named with its line', async (_name, text, line) => {
    const dir = familyFolder({ 'f/build.py': text });
    expect(await failureOf(dir)).toMatchObject({ code: 'recipe-not-valid', where: { line } });
  });

  it('and copies what is not there is named with its line', async () => {
    const problem = await failureOf(oneTarget(`${copyModel}\ncheck_call(['rsync', '-rlp', 'comon/', path])`));
    expect(problem).toMatchObject({ code: 'recipe-not-valid', where: { line: 6 } });
    expect(problem?.message).toContain('"comon"');
  });

  it('is no failure of the recipe when python3 is missing', async () => {
    const building = buildFamilies({ dir: oneTarget(copyModel), python: 'python-that-is-not-there' });
    await expect(building).rejects.toMatchObject({ code: 'python-not-found' });
  });
});
