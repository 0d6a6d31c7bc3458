import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  buildFamilies,
  bumpVersions,
  checkVersions,
  layOutFromGit,
  offerOfPackages,
  offerOfRevision,
  type PublishedOffer,
} from '../index.ts';

const adapters = ['cisco-pap2t-5.1.6', 'xivo-cisco-spa-ata100-1.3.5', 'xivo-cisco-spa-ata232-1.4.1'];

/** A copy of the example families, built once: what that build made is the offer. */
async function published(): Promise<{ dir: string; offer: PublishedOffer; edit: Edit }> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-family-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const dir = join(folder, 'plugins');
  cpSync('examples/plugins', dir, { recursive: true, filter: (path) => !path.includes('_build') });
  const { offered, out } = await buildFamilies({ dir });
  const offer = offerOfPackages(
    'stable',
    offered.map((one) => ({
      ...one,
      id: one.pluginId,
      // as an index of the old builder, which records none
      digest: null,
      identity: one.sha256,
      read: async () => readFileSync(join(out, one.filename)),
    })),
  );
  return { dir, offer, edit: (path, change) => replace(join(dir, path), change) };
}

type Edit = (path: string, change: (text: string) => string) => void;

function replace(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

function git(folder: string, ...words: string[]): void {
  const outcome = spawnSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...words]);
  if (outcome.status !== 0) throw new Error(outcome.stderr.toString());
}

describe('check and bump', () => {
  it('name exactly the three of nine models that a change in common/ reaches, and the file; bump fixes exactly them', async () => {
    const { dir, offer } = await published();
    expect((await checkVersions({ dir, offer })).problems).toEqual([]);

    appendFileSync(join(dir, 'xivo-cisco-spa/common/ata/fax.tpl'), '<Edited/>\n');
    const found = await checkVersions({ dir, offer });
    expect(found.problems.map(({ code }) => code)).toEqual(Array(3).fill('version-not-raised'));
    expect(found.reach).toEqual([{ file: join(dir, 'xivo-cisco-spa/common/ata/fax.tpl'), plugins: adapters }]);
    expect(found.problems[0]).toMatchObject({
      where: { file: join(dir, 'xivo-cisco-spa/ata100/plugin-info'), line: 2, column: 17 },
    });

    const { edits } = await bumpVersions({ dir, offer });
    expect(edits.map(({ pluginIds, from, to }) => [pluginIds[0], from, to])).toEqual([
      ['xivo-cisco-spa-ata100-1.3.5', '1.3', '1.4'],
      ['xivo-cisco-spa-ata232-1.4.1', '0.2.1', '0.2.2'],
      ['cisco-pap2t-5.1.6', '0.8', '0.9'],
    ]);
    const after = await checkVersions({ dir, offer });
    expect(after.problems).toEqual([]);
    expect(
      after.targets
        .filter(({ state }) => state === 'raised')
        .map(({ pluginId }) => pluginId)
        .sort(),
    ).toEqual(adapters);
    expect((await bumpVersions({ dir, offer })).edits).toEqual([]);
  });

  it('ask for nothing when a change in common/ reaches nobody', async () => {
    const { dir, offer, edit } = await published();
    edit('xivo-cisco-spa/common/notes/wiring.md', (text) => `${text}More.\n`);
    // a comment that the substitution takes out again
    edit('xivo-cisco-spa/common/phone.btpl', (text) => `# another comment\n${text}`);
    edit('xivo-cisco-spa/build.py', (text) => `# a comment\n${text}`);
    const { problems, targets } = await checkVersions({ dir, offer });
    expect(problems).toEqual([]);
    expect(targets.map(({ state }) => state)).toEqual(Array(11).fill('same'));
  });

  it('change nothing in a plugin-info but the version', async () => {
    const { dir, offer, edit } = await published();
    const text = '{ "capabilities" : {},\t"description":"a \\"version\\": \\"0.4\\"",\r\n  "version"  :"0.4" }';
    edit('xivo-cisco-spa/7.5.4/plugin-info', () => text);
    await bumpVersions({ dir, offer, step: 'dev' });
    expect(readFileSync(join(dir, 'xivo-cisco-spa/7.5.4/plugin-info'), 'utf8')).toBe(
      text.replace('"version"  :"0.4"', '"version"  :"0.4.01"'),
    );
  });

  it('go the way of the old page: 0.4, 0.4.01, 0.4.02, 0.5', async () => {
    const { dir, offer, edit } = await published();
    const info = 'xivo-cisco-spa/7.5.4/plugin-info';
    const version = (): string => (JSON.parse(readFileSync(join(dir, info), 'utf8')) as { version: string }).version;
    edit('xivo-cisco-spa/7.5.4/entry.py', (text) => `${text}# first\n`);
    await bumpVersions({ dir, offer, step: 'dev' });
    expect(version()).toBe('0.4.01');
    // enough against what is published; the next change is told by --to or another offer
    await bumpVersions({ dir, offer, step: 'dev' });
    expect(version()).toBe('0.4.01');
    await bumpVersions({ dir, offer: null, what: ['xivo-cisco-spa:7.5.4'], exact: '0.4.02' });
    await bumpVersions({ dir, offer: null, step: 'release' });
    expect(version()).toBe('0.5');
  });

  it('tell a lower version from a needless one', async () => {
    const { dir, offer, edit } = await published();
    edit('xivo-cisco-spa/7.5.4/plugin-info', (text) => text.replace('"0.4"', '"0.3"'));
    edit('xivo-cisco-spa/7.5.5/plugin-info', (text) => text.replace('"1.1.9"', '"1.1.12"'));
    const { problems } = await checkVersions({ dir, offer });
    expect(problems.map(({ code, severity }) => [code, severity])).toEqual([
      ['version-lower', 'error'],
      ['version-needless', 'notice'],
    ]);
    await bumpVersions({ dir, offer });
    expect((await checkVersions({ dir, offer })).problems.map(({ severity }) => severity)).toEqual([
      'notice',
      'notice',
    ]);
  });

  it('raise the integer of a plugin.xml when its steps changed, and leave it alone when only a script did', async () => {
    const { dir, offer, edit } = await published();
    edit('xivo-cisco-spa/dect/steps/base.sh', (text) => `${text}# more\n`);
    const script = await checkVersions({ dir, offer });
    expect(script.problems.map(({ code }) => code)).toEqual(['version-not-raised']);

    edit('xivo-cisco-spa/dect/plugin.xml', (text) => text.replace('default-value="90"', 'default-value="120"'));
    const steps = await checkVersions({ dir, offer });
    expect(steps.problems.map(({ code }) => code)).toEqual(['version-not-raised', 'step-version-not-raised']);

    const { edits } = await bumpVersions({ dir, offer });
    expect(edits.map(({ from, to }) => [from, to])).toEqual([
      ['0.3', '0.4'],
      ['2', '3'],
    ]);
    expect((await checkVersions({ dir, offer })).problems).toEqual([]);
  });

  it('say that a target cannot be built, and still check the others', async () => {
    const { dir, offer, edit } = await published();
    edit('xivo-cisco-spa/7.5.4/plugin-info', () => '{');
    edit('xivo-cisco-spa/7.5.5/entry.py', (text) => `${text}# more\n`);
    const { problems } = await checkVersions({ dir, offer });
    expect(problems.map(({ code }) => code)).toEqual(['json-not-valid', 'version-not-raised']);
  });
});

describe('check against git', () => {
  it('compares with what a revision builds, and tells a changed recipe from a changed source', async () => {
    const { dir, edit } = await published();
    git(dir, 'init', '-q');
    writeFileSync(join(dir, '.gitignore'), '_build/\n');
    git(dir, 'add', '.');
    git(dir, 'commit', '-qm', 'published');
    expect((await checkVersions({ dir, offer: await offerOfRevision('HEAD', { dir }) })).problems).toEqual([]);

    edit('xivo-cisco-spa/build.py', (text) => text.replace("'spa501g': 8", "'spa501g': 9"));
    const offer = await offerOfRevision('HEAD', { dir });
    // families that git knows to be the same are not built again
    expect([...offer.unchanged!].sort()).toEqual(
      readdirSync(dir).filter((name) => !/^[._]|^xivo-cisco-spa$/.test(name)),
    );
    expect([...offer.plugins.keys()].every((id) => /cisco/.test(id))).toBe(true);
    const { reach, targets } = await checkVersions({ dir, offer });
    expect(targets.filter(({ family }) => family !== 'xivo-cisco-spa').every(({ state }) => state === 'same')).toBe(
      true,
    );
    expect(reach).toEqual([
      {
        file: join(dir, 'xivo-cisco-spa/build.py'),
        plugins: ['7.4.8', '7.5.4', '7.5.5', '7.6.2'].map((id) => `xivo-cisco-spa-${id}`),
      },
    ]);
    await expect(offerOfRevision('no-such-branch', { dir })).rejects.toMatchObject({ code: 'revision-not-found' });

    const staged = layOutFromGit(dir, null);
    onTestFinished(staged.remove);
    expect(readFileSync(join(staged.dir, 'xivo-cisco-spa/build.py'), 'utf8')).toContain("'spa501g': 8");
  });
});
