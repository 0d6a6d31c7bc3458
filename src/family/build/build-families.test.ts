import { spawn } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildFamilies, formatFamilyJson, openFamilyTree } from '../index.ts';
import { familyFolder, pluginInfo } from '../testing/family-folder.ts';

function copyOfExamples(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-family-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync('examples/plugins', join(folder, 'plugins'), {
    recursive: true,
    filter: (path) => !path.includes('_build'),
  });
  return join(folder, 'plugins');
}

function packagesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.tar.bz2'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name)).toString('base64')]));
}

/** Two families of one model each, without Python. */
function twoFamilies(): string {
  const recipe = (plugin: string) =>
    JSON.stringify({ targets: [{ id: 't', plugin, layers: [{ copy: 'common/' }, { copy: 'model/' }] }] });
  return familyFolder({
    'a/family.json': recipe('a-t'),
    'a/common/x': 'x',
    'a/model/plugin-info': pluginInfo('0.1'),
    'b/family.json': recipe('b-t'),
    'b/common/x': 'x',
    'b/model/plugin-info': pluginInfo('0.2'),
  });
}

describe('building the example families', () => {
  it('gives the same bytes in another folder, under another umask, time zone and locale', async () => {
    const [here, there] = [copyOfExamples(), copyOfExamples()];
    const first = await buildFamilies({ dir: here });
    expect(first.failed).toEqual([]);
    expect(first.built).toHaveLength(11);

    const program = `process.umask(0o077);
      const { buildFamilies } = await import(${JSON.stringify(join(process.cwd(), 'src/family/index.ts'))});
      const { failed } = await buildFamilies({ dir: ${JSON.stringify(there)} });
      process.exitCode = failed.length;`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, TZ: 'Pacific/Chatham', LC_ALL: 'C' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    expect(await new Promise((done) => child.on('close', done))).toBe(0);
    expect(packagesIn(join(there, '_build/dev'))).toEqual(packagesIn(join(here, '_build/dev')));
  });

  it('gives the same bytes from the family.json that convert writes, without Python', async () => {
    const dir = copyOfExamples();
    const tree = await openFamilyTree({ dir: join(dir, 'xivo-cisco-spa') });
    const family = tree.families.find(({ name }) => name === 'xivo-cisco-spa')!;
    await buildFamilies({ dir });
    const before = packagesIn(join(dir, '_build/dev'));

    writeFileSync(join(dir, 'xivo-cisco-spa/family.json'), formatFamilyJson(family.content!));
    rmSync(join(dir, 'xivo-cisco-spa/build.py'));
    rmSync(join(dir, '_build'), { recursive: true });
    await buildFamilies({ dir, python: 'python-that-is-not-there' });
    expect(packagesIn(join(dir, '_build/dev'))).toEqual(before);
  });

  it('makes what rsync and sed would: layers over each other, filters, substitutions, standard folders', async () => {
    const dir = copyOfExamples();
    await buildFamilies({ dir, what: ['xivo-cisco-spa:7.5.4'] });
    const folder = join(dir, '_build/folders/xivo-cisco-spa-7.5.4');
    expect(readdirSync(folder).sort()).toEqual(['entry.py', 'plugin-info', 'spa.py', 'templates', 'var']);
    expect(readdirSync(join(folder, 'var')).sort()).toEqual(['cache', 'installed', 'templates', 'tftpboot']);
    expect(readFileSync(join(folder, 'templates/spa525g2.tpl'), 'utf8')).toMatch(
      /^\{% extends 'base.tpl' %\}\n\{# made for the spa525g2 #\}\n[\s\S]*<Lines>5<\/Lines>/,
    );
  });

  it('builds again only what an edit reaches, and nothing when nothing changed', async () => {
    const dir = copyOfExamples();
    await buildFamilies({ dir });
    const again = await buildFamilies({ dir, python: 'python-that-is-not-there' });
    expect([again.built, again.unchanged.length]).toEqual([[], 11]);

    appendFileSync(join(dir, 'xivo-cisco-spa/common/ata/fax.tpl'), '<Edited/>\n');
    const edited = await buildFamilies({ dir });
    expect(edited.built.map(({ pluginId }) => pluginId).sort()).toEqual([
      'cisco-pap2t-5.1.6',
      'xivo-cisco-spa-ata100-1.3.5',
      'xivo-cisco-spa-ata232-1.4.1',
    ]);
  });
});

describe('a build', () => {
  it('notices an edit that keeps size and time', async () => {
    const dir = twoFamilies();
    await buildFamilies({ dir });
    writeFileSync(join(dir, 'a/common/x'), 'y');
    const { built } = await buildFamilies({ dir });
    expect(built.map(({ pluginId }) => pluginId)).toEqual(['a-t']);
  });

  it('makes a package again that is gone or was touched, and a folder that is gone', async () => {
    const dir = twoFamilies();
    await buildFamilies({ dir });
    writeFileSync(join(dir, '_build/dev/a-t-0.1.tar.bz2'), 'not a package');
    rmSync(join(dir, '_build/folders/b-t'), { recursive: true });
    expect((await buildFamilies({ dir })).built).toHaveLength(2);
  });

  it('takes out the package of the version before, and of a target that is no more', async () => {
    const dir = twoFamilies();
    await buildFamilies({ dir });
    writeFileSync(join(dir, 'a/model/plugin-info'), pluginInfo('0.2'));
    rmSync(join(dir, 'b'), { recursive: true });
    writeFileSync(join(dir, '_build/dev/mine.tar.bz2'), "somebody else's");
    const report = await buildFamilies({ dir });
    expect(report.removed).toEqual(['a-t-0.1.tar.bz2', 'b-t-0.2.tar.bz2']);
    expect(readdirSync(join(dir, '_build/dev')).sort()).toEqual(['a-t-0.2.tar.bz2', 'mine.tar.bz2']);
  });

  it('names invalid JSON in one plugin-info with line and column; the other plugins are built', async () => {
    const dir = twoFamilies();
    writeFileSync(join(dir, 'a/model/plugin-info'), '{\n  "version": "0.1",\n  "description": oops\n}\n');
    const { built, failed } = await buildFamilies({ dir });
    expect(built.map(({ pluginId }) => pluginId)).toEqual(['b-t']);
    expect(failed).toHaveLength(1);
    expect(failed[0]).toMatchObject({
      pluginId: 'a-t',
      problem: {
        code: 'json-not-valid',
        where: { file: join(dir, 'a/model/plugin-info'), line: 3, column: 18 },
      },
    });
  });

  it.each(['version', 'description', 'capabilities'])('names a plugin-info without %s', async (key) => {
    const dir = twoFamilies();
    const info = JSON.parse(pluginInfo('0.1')) as Record<string, unknown>;
    delete info[key];
    writeFileSync(join(dir, 'a/model/plugin-info'), JSON.stringify(info));
    const { failed } = await buildFamilies({ dir });
    expect(failed[0]?.problem.message).toContain(`"${key}" is missing`);
  });

  it('names a plugin without plugin-info', async () => {
    const dir = twoFamilies();
    rmSync(join(dir, 'a/model/plugin-info'));
    const { failed } = await buildFamilies({ dir });
    expect(failed[0]?.problem).toMatchObject({ code: 'plugin-not-valid', message: 'a-t has no plugin-info.' });
  });

  it('refuses one plugin id in two families, in both, and keeps what was built before', async () => {
    const dir = twoFamilies();
    await buildFamilies({ dir });
    writeFileSync(join(dir, 'b/family.json'), readFileSync(join(dir, 'b/family.json'), 'utf8').replace('b-t', 'a-t'));
    const { built, failed, offered } = await buildFamilies({ dir });
    expect(built).toEqual([]);
    expect(failed.map(({ family, problem }) => [family, problem.code])).toEqual([
      ['a', 'plugin-conflict'],
      ['b', 'plugin-conflict'],
    ]);
    expect(offered.map(({ pluginId }) => pluginId)).toEqual(['a-t']);
  });

  it('refuses to run beside another build of the same tree, but not after one that was killed', async () => {
    const dir = twoFamilies();
    mkdirSync(join(dir, '_build/.lockstep'), { recursive: true });
    writeFileSync(join(dir, '_build/.lockstep/lock'), String(process.pid));
    await expect(buildFamilies({ dir })).rejects.toMatchObject({ code: 'build-busy' });
    // above every process id that Linux gives
    writeFileSync(join(dir, '_build/.lockstep/lock'), '99999999');
    expect((await buildFamilies({ dir })).built).toHaveLength(2);
  });

  it('asks a recipe again when a folder or file that it looked at has changed, and only then', async () => {
    const recipe = `from pathlib import Path
@target('t', 'f-t')
def build(path):
    (Path(path) / 'plugin-info').write_text(Path('info').read_text())
    (Path(path) / 'list').write_text(' '.join(sorted(item.name for item in Path('models').iterdir())))
`;
    const dir = familyFolder({ 'f/build.py': recipe, 'f/info': pluginInfo('0.1'), 'f/models/a': '' });
    const listed = () => readFileSync(join(dir, '_build/folders/f-t/list'), 'utf8');
    await buildFamilies({ dir });
    expect(listed()).toBe('a');
    expect((await buildFamilies({ dir, python: 'python-that-is-not-there' })).failed).toEqual([]);
    writeFileSync(join(dir, 'f/models/b'), '');
    await buildFamilies({ dir });
    expect(listed()).toBe('a b');
    writeFileSync(join(dir, 'f/info'), pluginInfo('0.2'));
    expect((await buildFamilies({ dir })).built.map(({ version }) => version)).toEqual(['0.2']);
  });

  it('starts afresh when its memory is damaged', async () => {
    const dir = twoFamilies();
    await buildFamilies({ dir });
    for (const name of ['sources.json', 'outputs.json']) {
      writeFileSync(join(dir, '_build/.lockstep', name), '{"format":1,');
    }
    expect((await buildFamilies({ dir })).built).toHaveLength(2);
  });

  it('says which families and targets there are when asked for another', async () => {
    const dir = twoFamilies();
    await expect(buildFamilies({ dir, what: ['c'] })).rejects.toMatchObject({ code: 'family-not-found' });
    await expect(buildFamilies({ dir, what: ['a:u'] })).rejects.toMatchObject({ code: 'target-not-found' });
    await expect(buildFamilies({ dir: join(dir, '_build') })).rejects.toMatchObject({ code: 'family-not-found' });
  });
});
