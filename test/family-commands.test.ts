import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, cp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testFolder } from './journey/folder.ts';
import { outcomeOf, projectRoot, startLockstep } from './journey/lockstep.ts';
import { oneProcess } from './journey/one-process.ts';
import { program } from './journey/program.ts';

const { run: lockstep } = oneProcess();

async function exampleFolder(): Promise<string> {
  const folder = await testFolder();
  await cp(join(projectRoot, 'examples/plugins'), join(folder, 'plugins'), {
    recursive: true,
    filter: (path) => !path.includes('_build'),
  });
  return folder;
}

async function git(cwd: string, ...words: string[]): Promise<void> {
  const child = spawn('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...words], {
    cwd,
    stdio: 'ignore',
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`git ${words.join(' ')} ended with ${code}`);
}

const fax = 'plugins/xivo-cisco-spa/common/ata/fax.tpl';

describe('the commands of an author', () => {
  it('build, check, explain, bump: three models, one file, exit codes for CI', async () => {
    const cwd = await exampleFolder();
    expect((await lockstep(['build'], { cwd })).code).toBe(0);
    const index = JSON.parse(await readFile(join(cwd, 'plugins/_build/dev/plugins.db'), 'utf8')) as object;
    expect(Object.keys(index)).toHaveLength(11);

    const against = ['--against', 'plugins/_build/dev'];
    expect((await lockstep(['check', 'plugins', ...against], { cwd })).code).toBe(0);
    await appendFile(join(cwd, fax), '<Edited/>\n');
    const found = await lockstep(['check', 'plugins', ...against, '--explain'], { cwd });
    expect(found.code).toBe(1);
    expect(found.stdout).toContain(
      `${fax}\n  → cisco-pap2t-5.1.6\n  → xivo-cisco-spa-ata100-1.3.5\n  → xivo-cisco-spa-ata232-1.4.1\n`,
    );
    const sarif = await lockstep(['check', ...against, '--format', 'sarif'], { cwd });
    const { runs } = sarif.json<{ runs: { results: { ruleId: string }[] }[] }>();
    expect(runs[0]?.results.map(({ ruleId }) => ruleId)).toEqual(Array(3).fill('version-not-raised'));

    expect((await lockstep(['bump', ...against], { cwd })).stdout).toContain('3 versions raised');
    expect((await lockstep(['check', ...against], { cwd })).code).toBe(0);
  });

  it('check --staged: what is staged counts, not what lies in the folder', async () => {
    const cwd = await exampleFolder();
    await git(cwd, 'init', '-q');
    await git(cwd, 'add', '.');
    await git(cwd, 'commit', '-qm', 'published');
    await appendFile(join(cwd, fax), '<Edited/>\n');
    expect((await lockstep(['check', '--staged'], { cwd })).code).toBe(0);
    await git(cwd, 'add', '.');
    const found = await lockstep(['check', '--staged'], { cwd });
    expect(found.code).toBe(1);
    expect(found.stdout).toContain('plugins/xivo-cisco-spa/pap2t/plugin-info:2:17');
  });

  it.skipIf(process.getuid?.() !== 0)(
    'build names a file that it may not read, and builds the rest (skipped where the tests are not run by root)',
    async () => {
      const cwd = await exampleFolder();
      await chmod(join(cwd, fax), 0o600);
      const nobody = 65534;
      await chmod(cwd, 0o777);
      await chmod(join(cwd, 'plugins'), 0o777);
      const child = spawn(process.execPath, [program, 'build', '--json'], {
        cwd,
        uid: nobody,
        env: { ...process.env, HOME: cwd, NODE_COMPILE_CACHE: join(cwd, 'cache') },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      const outcome = await outcomeOf(child);
      const { built, failed } = outcome.json<{ built: unknown[]; failed: { problem: { code: string } }[] }>();
      expect(outcome.code).toBe(1);
      expect(built).toHaveLength(8);
      expect(failed.map(({ problem }) => problem.code)).toEqual(Array(3).fill('file-unreadable'));
    },
  );

  it('family convert --write gives a tree that builds the same packages without Python', async () => {
    const cwd = await exampleFolder();
    await lockstep(['build'], { cwd });
    const before = await readFile(join(cwd, 'plugins/_build/dev/plugins.db'), 'utf8');
    expect((await lockstep(['family', 'convert', 'xivo-cisco-spa', '--write'], { cwd })).code).toBe(0);
    await rm(join(cwd, 'plugins/xivo-cisco-spa/build.py'));
    await rm(join(cwd, 'plugins/_build'), { recursive: true });
    expect((await lockstep(['build', '--python', 'python-that-is-not-there'], { cwd })).code).toBe(0);
    expect(await readFile(join(cwd, 'plugins/_build/dev/plugins.db'), 'utf8')).toBe(before);
  });

  it('dev publishes every save and has the server upgrade and reload exactly that plugin', async () => {
    const cwd = await exampleFolder();
    const asked: string[] = [];
    let onReload = (): void => undefined;
    // answers as the old server does, and remembers what it was asked
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const path = request.url!.replace('/provd/pg_mgr', '');
        const { id = '' } = JSON.parse(Buffer.concat(chunks).toString() || '{}') as { id?: string };
        if (request.method === 'POST') asked.push(`${path} ${id}`.trim());
        if (path === '/install/installed') response.end('{"pkgs":{"xivo-cisco-spa-7.5.4":{}}}');
        else if (request.method === 'GET') response.end('{"status":"upgrade|success"}');
        else if (path === '/reload') response.writeHead(204).end();
        else if (request.method === 'DELETE') response.writeHead(204).end();
        else response.writeHead(201, { location: `${request.url}/1` }).end();
        if (path === '/reload') onReload();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    const words = ['dev', 'xivo-cisco-spa', 'plugins', '--server', url, '--repository', join(cwd, 'repository')];
    const child = startLockstep(words, { cwd });
    onTestFinished(() => void child.kill('SIGKILL'));
    await new Promise<void>((done) => {
      child.stderr!.on('data', (chunk: Buffer) => chunk.toString().includes('Watching') && done());
    });
    expect(asked.filter((line) => line.startsWith('/reload'))).toHaveLength(9);
    expect(asked).toContain('/install/install cisco-pap2t-5.1.6');

    asked.length = 0;
    const reloaded = new Promise<void>((done) => {
      onReload = done;
    });
    await appendFile(join(cwd, 'plugins/xivo-cisco-spa/7.5.4/entry.py'), '# edited\n');
    await reloaded;
    expect(asked).toEqual(['/install/update', '/install/upgrade xivo-cisco-spa-7.5.4', '/reload xivo-cisco-spa-7.5.4']);
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
  });
});
