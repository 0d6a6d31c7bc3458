import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readFolder, writePackage } from '../src/package/index.ts';
import { openRepository } from '../src/repository/index.ts';
import { serveRepository } from '../src/server/index.ts';
import { testFolder } from './journey/folder.ts';
import { projectRoot } from './journey/lockstep.ts';
import { oneProcess } from './journey/one-process.ts';

const { run: lockstep, succeed } = oneProcess();

const plugin = 'org.example.fleet-tools';
const fleet = (version: number) => join(projectRoot, 'examples/fleet-tools', String(version));

async function channelOf(folder: string): Promise<{ url: string; publish(version: number): Promise<void> }> {
  const server = await serveRepository({ folder: join(folder, 'channels'), port: 0 });
  onTestFinished(() => server.close());
  const repository = await openRepository(join(folder, 'channels'));
  onTestFinished(() => repository.close());
  return {
    url: `${server.url}plugins/1/testing/`,
    async publish(version) {
      const content = await writePackage(await readFolder(fleet(version), { root: plugin }), 'tar.bz2');
      await repository.publish('testing', {
        who: 'author',
        packages: [{ name: `${plugin}-${version}.tar.bz2`, content }],
      });
    },
  };
}

describe('plugins of a channel, on the command line', () => {
  it('[DO-3] [DO-6] `plugin upgrade ID` plans, says what it must know, and applies plugin and processes as one unit', async () => {
    const folder = await testFolder();
    const data = ['--data', join(folder, 'data')];
    const channel = await channelOf(folder);
    await channel.publish(1);
    await succeed(['plugin', 'install', plugin, '--plugin-server', channel.url, ...data]);
    const updated = await succeed(['plugin', 'update', '--plugin-server', channel.url, ...data]);
    expect(updated.stdout).toContain('offers 1 plugin (');
    const processes = join(projectRoot, 'examples/processes');
    const files = (await readdir(processes)).filter((name) => name.endsWith('.json'));
    await succeed(['process', 'import', ...files.map((name) => join(processes, name)), ...data]);
    await channel.publish(3);
    await succeed(['plugin', 'update', ...data]);
    const found = await succeed(['plugin', 'search', 'fleet', '--upgradeable', '--json', ...data]);
    expect(found.json()).toMatchObject([{ id: plugin, installed: '1', offered: '3' }]);

    const asked = await lockstep(['plugin', 'upgrade', plugin, '--yes', ...data]);
    expect([asked.code, asked.stderr]).toEqual([5, expect.stringContaining('open question')]);
    const shown = await succeed(['plugin', 'show', plugin, '--json', ...data]);
    expect(shown.json()).toMatchObject({ activeVersion: '1' });

    const done = await succeed(['plugin', 'upgrade', plugin, '--on-unlisted', 'delete', '--yes', '--json', ...data]);
    const { plan } = done.json<{ plan: string }>();
    const after = await succeed(['plugin', 'show', plugin, '--json', ...data]);
    expect(after.json()).toMatchObject({ activeVersion: '3' });
    await succeed(['upgrade', 'undo', plan, '--yes', ...data]);
    const back = await succeed(['plugin', 'show', plugin, '--json', ...data]);
    expect(back.json()).toMatchObject({ activeVersion: '1' });
  }, 120_000);

  it('[SCOPE-2] `plugin install --rename` takes another display name for the same id, which is refused otherwise', async () => {
    const folder = await testFolder();
    const data = ['--data', join(folder, 'data')];
    await succeed(['plugin', 'install', fleet(1), ...data]);
    const renamed = await testFolder();
    const xml = await readFile(join(fleet(2), 'plugin.xml'), 'utf8');
    await writeFile(join(renamed, 'plugin.xml'), xml.replace('name="Fleet Tools"', 'name="Vehicle Tools"'));
    const refused = await lockstep(['plugin', 'install', renamed, ...data]);
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('--rename')]);
    const taken = await succeed(['plugin', 'install', renamed, '--rename', ...data]);
    expect(taken.stdout).toContain('Vehicle Tools 2');
  }, 60_000);
});
