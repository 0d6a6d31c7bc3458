import type { ChildProcess } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { firstToken } from './journey/first-token.ts';
import { testFolder } from './journey/folder.ts';
import { projectRoot, startLockstep } from './journey/lockstep.ts';
import { oneProcess } from './journey/one-process.ts';

const { succeed } = oneProcess();

const plugin = 'xivo-cisco-spa-7.5.4';
const author = 'a-token-of-the-author-0123456789';

let server: { url: string; token: string; folder: string; stop(): Promise<void> };

// one plugin server for all: each test has a repository of its own and leaves nothing installed
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-managing-'));
  server = { folder, ...(await listening(['serve', '--port', '0', '--data', join(folder, 'data')])) };
}, 60_000);
afterAll(async () => {
  await server.stop();
  await rm(server.folder, { recursive: true, force: true });
});

/** A repository server and the plugin server, each a real process, and an author's tree of families. */
async function twoServers() {
  const folder = await testFolder({ tokens: `author ${author}\n` });
  const families = join(folder, 'plugins');
  await cp(join(projectRoot, 'examples/plugins/xivo-cisco-spa'), join(families, 'xivo-cisco-spa'), { recursive: true });
  const repository = await listening([
    ...['repository', 'serve', join(folder, 'channels'), '--port', '0', '--token-file', join(folder, 'tokens')],
  ]);
  onTestFinished(() => repository.stop());
  onTestFinished(removePlugin);
  const env = { LOCKSTEP_SERVER: server.url, LOCKSTEP_TOKEN: server.token };
  const upload = (channel: string) =>
    succeed(['upload', families, '--to', repository.url, '--channel', channel], { env: { LOCKSTEP_TOKEN: author } });
  return {
    channel: (name: string) => new URL(`plugins/1/${name}/`, repository.url).href,
    live: (path: string) => join(server.folder, 'data', 'plugins', plugin, path),
    upload,
    promote: () =>
      succeed(['promote', '--from', 'testing', '--to', 'stable', '--repository', repository.url], {
        env: { LOCKSTEP_TOKEN: author },
      }),
    /** What is typed at the prompt; answers what is shown. */
    shell: async (...lines: string[]) => (await succeed(['shell', '-c', lines.join('\n')], { env })).stdout,
    source: join(families, 'xivo-cisco-spa', '7.5.4'),
    setVersion: async (version: string) => {
      const file = join(families, 'xivo-cisco-spa', '7.5.4', 'plugin-info');
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace(/("version": )"[^"]*"/, `$1"${version}"`));
    },
  };
}

async function removePlugin(): Promise<void> {
  const headers = { authorization: `Bearer ${server.token}` };
  const begun = await fetch(new URL(`api/plugins/${plugin}/uninstall`, server.url), { method: 'POST', headers });
  const { id } = (await begun.json()) as { id: string };
  const ended = await fetch(new URL(`api/operations/${id}?wait=60`, server.url), { headers });
  expect(await ended.json()).toMatchObject({ state: 'success' });
}

async function listening(parameters: string[]): Promise<{ url: string; token: string; stop(): Promise<void> }> {
  const child: ChildProcess = startLockstep(parameters);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await new Promise((done) => child.once('close', done));
  };
  let said = '';
  return new Promise((done, fail) => {
    child.once('close', () => fail(new Error(`${parameters.join(' ')} ended: ${said}`)));
    const listen = (piece: Buffer): void => {
      said += piece.toString();
      const url = /(http:\/\/127\.0\.0\.1:\d+\/)/.exec(said)?.[1];
      if (url && parameters[0] === 'repository') done({ url, token: '', stop });
      else if (url && said.includes('first-token')) firstToken(said).then((token) => done({ url, token, stop }), fail);
    };
    child.stderr?.on('data', listen);
    child.stdout?.on('data', listen);
  });
}

describe('Test your changes', () => {
  it('"Always increase plugin version (easiest)": 0.4, 0.4.01, 0.4.02 and 0.5 reach the server through testing', async () => {
    const { upload, shell, channel, setVersion, source, live } = await twoServers();
    await upload('testing');
    const first = await shell(
      `parameters.set('plugin_server', '${channel('testing')}')`,
      'plugins.update()',
      `plugins.install('${plugin}')`,
      `plugins['${plugin}'].info().version`,
    );
    expect(first).toMatch(/^0\.4$/m);
    for (const version of ['0.4.01', '0.4.02', '0.5']) {
      await setVersion(version);
      await writeFile(join(source, 'templates', `note-${version}.tpl`), `changed in ${version}\n`);
      await upload('testing');
      const shown = await shell(
        'plugins.update()',
        `plugins.upgradeable('cisco-spa-7.5.4')['${plugin}'].offered`,
        `plugins.upgrade('${plugin}')`,
        `plugins['${plugin}'].info().version`,
      );
      expect(shown.split('\n').filter((line) => line === version)).toHaveLength(2);
      expect(await readFile(live(`templates/note-${version}.tpl`), 'utf8')).toBe(`changed in ${version}\n`);
    }
  }, 90_000);

  it('"Edit directly on XiVO": plugins.reload takes what was edited in place, and refuses what cannot be read', async () => {
    const { upload, shell, channel, live } = await twoServers();
    await upload('testing');
    await shell(
      `parameters.set('plugin_server', '${channel('testing')}')`,
      'plugins.update()',
      `plugins.install('${plugin}')`,
    );
    const info = await readFile(live('plugin-info'), 'utf8');
    await writeFile(live('plugin-info'), info.replace(/("description": )"[^"]*"/, '$1"Edited in place."'));
    const shown = await shell(`plugins.reload('${plugin}')`, `plugins['${plugin}'].info().description`);
    expect(shown).toMatch(/^Edited in place\.$/m);
    expect(await shell(`plugins['${plugin}'].modified()`)).toContain('plugin-info');

    await writeFile(live('plugin-info'), '{ "version": ');
    await expect(shell(`plugins.reload('${plugin}')`)).rejects.toThrow(/plugin-info:1:/);
    expect(await shell(`plugins['${plugin}'].info().description`)).toMatch(/^Edited in place\.$/m);
  }, 90_000);

  it('"Disable plugin caching": without the cache, the same version installed again brings its new content', async () => {
    const { upload, shell, channel, source, live } = await twoServers();
    await upload('dev');
    await shell(
      "parameters.set('cache_plugin', False)",
      'parameters.clear_cache()',
      `parameters.set('plugin_server', '${channel('dev')}')`,
      'plugins.update()',
      `plugins.install('${plugin}')`,
    );
    await writeFile(join(source, 'templates', 'rebuilt.tpl'), 'the same version, built again\n');
    await upload('dev');
    const shown = await shell(
      'plugins.update()',
      `plugins.uninstall('${plugin}')`,
      `plugins.install('${plugin}')`,
      `plugins['${plugin}'].info().version`,
    );
    expect(shown).toMatch(/^0\.4$/m);
    expect(await readFile(live('templates/rebuilt.tpl'), 'utf8')).toBe('the same version, built again\n');
  }, 90_000);
});

describe('Uploading to testing', () => {
  it('the URL is set to testing, the list updated, the version checked, the plugin installed; then stable is put back', async () => {
    const { upload, promote, shell, channel, setVersion } = await twoServers();
    await upload('testing');
    await promote();
    await setVersion('0.5');
    await upload('testing');
    const testing = await shell(
      `parameters.set('plugin_server', '${channel('testing')}')`,
      'plugins.update()',
      `plugins.installable('7.5.4')['${plugin}'].version`,
      `plugins.install('${plugin}')`,
      `plugins.installed()['${plugin}'].version`,
    );
    expect(testing.split('\n').filter((line) => line === '0.5')).toHaveLength(2);
    const stable = await shell(
      `parameters.set('plugin_server', '${channel('stable')}')`,
      'plugins.update()',
      `plugins.installable('7.5.4')['${plugin}'].version`,
      "parameters.get('plugin_server')",
    );
    expect(stable).toMatch(/^0\.4$/m);
    expect(stable).toContain('/plugins/1/stable/');
    await promote();
    expect(await shell('plugins.update()', `plugins.installable('7.5.4')['${plugin}'].version`)).toMatch(/^0\.5$/m);
  }, 90_000);
});
