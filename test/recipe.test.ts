import { execFile } from 'node:child_process';
import { chmod, cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRepository } from '../src/repository/index.ts';
import { testFolder } from './journey/folder.ts';
import { projectRoot } from './journey/lockstep.ts';
import { program } from './journey/program.ts';

const family = 'xivo-cisco-spa';

interface Tree {
  readonly root: string;
  /** Runs the lines in one shell, as somebody types them; stops at the first that fails. */
  type(from: string, lines: string): Promise<{ stdout: string; stderr: string }>;
  offers(channel: string): Promise<Record<string, string>>;
}

/** A tree made by `lockstep init` with the example families, and `lockstep` on the PATH. */
async function exampleTree(): Promise<Tree> {
  const root = await testFolder({
    'bin/lockstep': `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`,
  });
  await chmod(join(root, 'bin/lockstep'), 0o755);
  const type = (from: string, lines: string) =>
    new Promise<{ stdout: string; stderr: string }>((done, fail) => {
      const env = { ...process.env, PATH: `${join(root, 'bin')}:${process.env['PATH']}`, LOCKSTEP_USER: 'ada' };
      execFile('bash', ['-e', '-c', lines], { cwd: join(root, from), env }, (error, stdout, stderr) =>
        error ? fail(new Error(`${error.message}\n${stdout}\n${stderr}`)) : done({ stdout, stderr }),
      );
    });
  await type('.', 'lockstep init tree');
  await cp(join(projectRoot, 'examples/plugins'), join(root, 'tree/plugins'), {
    recursive: true,
    filter: (source) => !source.includes('_build'),
  });
  return {
    root,
    type,
    async offers(channel) {
      const { index } = await (await openRepository(join(root, 'tree/channels'))).readOffer(channel);
      return Object.fromEntries([...index.values()].map(({ id, version }) => [id, version]));
    },
  };
}

async function changeModel({ root }: Tree, from: string, to: string): Promise<void> {
  const model = join(root, 'tree/plugins', family, '7.5.4');
  await writeFile(join(model, 'entry.py'), `${await readFile(join(model, 'entry.py'), 'utf8')}\n# changed\n`);
  const info = await readFile(join(model, 'plugin-info'), 'utf8');
  expect(info).toContain(`"${from}"`);
  await writeFile(join(model, 'plugin-info'), info.replace(`"${from}"`, `"${to}"`));
}

describe('the recipe of the old page', () => {
  it('works as it was typed, from the tree’s root', async () => {
    const tree = await exampleTree();
    await tree.type('tree', 'make upload && lockstep promote');
    expect((await tree.offers('stable'))['xivo-cisco-spa-7.5.4']).toBe('0.4');

    // both compare with the channel that the tree publishes to
    expect((await tree.type('tree', 'make check')).stdout).toContain('0 to bump');
    await changeModel(tree, '0.4', '0.4');
    await expect(tree.type('tree', 'make check')).rejects.toThrow('1 to bump');
    expect((await tree.type('tree', 'make bump')).stdout).toContain('0.4 → 0.5');
    await tree.type('tree', 'make upload');
    expect((await tree.offers('testing'))['xivo-cisco-spa-7.5.4']).toBe('0.5');
    expect((await tree.offers('stable'))['xivo-cisco-spa-7.5.4']).toBe('0.4');

    await tree.type(
      'tree',
      `make download-stable
       cd plugins/_build/stable
       yes | rm -fi xivo-cisco-spa*
       cp ../dev/xivo-cisco-spa* .
       cd ../../..
       make upload-stable`,
    );
    const stable = await tree.offers('stable');
    expect(stable['xivo-cisco-spa-7.5.4']).toBe('0.5');
    expect(stable).toEqual(await tree.offers('testing'));
    expect(await tree.offers('archive')).toEqual({ 'xivo-cisco-spa-7.5.4': '0.4' });
  });

  it('works as it was typed, from the folder plugins, also for the very first stable offer', async () => {
    const tree = await exampleTree();
    await tree.type(
      'tree/plugins',
      `make upload
       make download-stable
       cd _build/stable
       rm -f xivo-cisco-spa*
       cp ../dev/xivo-cisco-spa* .
       cd ../..
       make upload-stable`,
    );
    const ids = Object.keys(await tree.offers('stable'));
    expect(ids.length).toBeGreaterThan(5);
    expect(ids.every((id) => id.startsWith('xivo-cisco-spa-'))).toBe(true);
  });

  it('warns of the plugins of the family that a glob missed', async () => {
    const tree = await exampleTree();
    const { stdout } = await tree.type(
      'tree',
      'make upload && make download-stable && cp plugins/_build/dev/xivo-cisco-spa* plugins/_build/stable && make upload-stable',
    );
    expect(stdout).toMatch(/family-incomplete cisco-pap2t-5\.1\.6 .* belongs to the family xivo-cisco-spa too/);
    expect(stdout).not.toMatch(/family-incomplete northgate/);
  });

  it('keeps what somebody else published to stable between download and upload', async () => {
    const tree = await exampleTree();
    await tree.type('tree', 'make upload && lockstep promote northgate-door && make download-stable');
    await tree.type('tree', 'lockstep promote xivo-cisco-spa-7.6.2');
    await tree.type('tree', 'cp plugins/_build/dev/xivo-cisco-spa-7.5.4* plugins/_build/stable && make upload-stable');
    expect(Object.keys(await tree.offers('stable')).sort()).toEqual([
      'northgate-door-2.0',
      'northgate-door-3.1',
      'xivo-cisco-spa-7.5.4',
      'xivo-cisco-spa-7.6.2',
    ]);
  });

  it('takes what was deleted and not replaced out of the offer, into the archive', async () => {
    const tree = await exampleTree();
    await tree.type('tree', 'make upload && lockstep promote && make download-stable');
    await tree.type('tree', 'rm plugins/_build/stable/northgate-door-2.0-* && make upload-stable');
    expect(Object.keys(await tree.offers('stable'))).not.toContain('northgate-door-2.0');
    expect(Object.keys(await tree.offers('archive'))).toEqual(['northgate-door-2.0']);
    await tree.type('tree', 'make download-archive');
    expect(await readdir(join(tree.root, 'tree/plugins/_build/archive'))).toContain('plugins.db');
  });
});

describe('the same in two commands', () => {
  it('uploads the family and promotes it, and tells who did what', async () => {
    const tree = await exampleTree();
    await tree.type('tree', `lockstep upload && lockstep promote ${family}`);
    const stable = await tree.offers('stable');
    expect(stable['cisco-pap2t-5.1.6']).toBe('0.8');
    expect(stable['northgate-door-2.0']).toBeUndefined();
    const { stdout } = await tree.type('tree', 'lockstep channel history stable');
    expect(stdout).toMatch(/^1 {2}\S+ {2}ada {2}promote from testing 1/);
  });

  it('publishes nothing when a changed plugin was not bumped, and names it', async () => {
    const tree = await exampleTree();
    await tree.type('tree', 'lockstep upload');
    const entry = join(tree.root, 'tree/plugins', family, '7.5.4/entry.py');
    await writeFile(entry, `${await readFile(entry, 'utf8')}\n# changed\n`);
    await expect(tree.type('tree', 'lockstep upload')).rejects.toThrow(
      /1 version must be raised[\s\S]*xivo-cisco-spa-7\.5\.4/,
    );
    await expect(tree.type('tree', 'lockstep upload --no-check')).rejects.toThrow(/version-published/);
    await tree.type('tree', 'lockstep upload --channel dev');
    expect((await tree.offers('dev'))['xivo-cisco-spa-7.5.4']).toBe('0.4');
  });

  it('leaves a target out that fails to build, or publishes nothing where asked', async () => {
    const tree = await exampleTree();
    await writeFile(join(tree.root, 'tree/plugins', family, '7.5.4/plugin-info'), '{"version": "0.4",\n oops}');
    await expect(tree.type('tree', 'lockstep upload --all-or-nothing')).rejects.toThrow(
      /1 target failed; nothing was published[\s\S]*plugin-info:2/,
    );
    await expect(tree.offers('testing')).rejects.toMatchObject({ code: 'channel-not-found' });
    await expect(tree.type('tree', 'lockstep upload')).rejects.toThrow(/1 target failed; left out[\s\S]*plugin-info:2/);
    const offers = await tree.offers('testing');
    expect(offers['xivo-cisco-spa-7.5.4']).toBeUndefined();
    expect(offers['xivo-cisco-spa-7.5.5']).toBeDefined();
  });
});
