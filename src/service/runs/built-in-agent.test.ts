import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { program } from '../../../test/journey/program.ts';
import type { RunDetail } from '../../run/index.ts';
import { startTestServer, type TestServer } from '../../server/testing/start-test-server.ts';
import type { ServerConfig } from '../index.ts';
import { isLoopback } from './agent-policy.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('the agent inside of a server', { timeout: 120_000 }, () => {
  let folder: string;
  let server: TestServer | null = null;
  let process: string;
  /** Of the first admin, whom only the first start makes. */
  let token: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lockstep-built-in-'));
    // the folder above the data must be passable for other users of the machine
    await chmod(folder, 0o755);
    const properties = {
      script: `id -un; if cat ${folder}/data/lockstep.db > /dev/null 2>&1; then echo "read it"; fi; echo "$BUILT_IN_SECRET"`,
    };
    const use = {
      ...{ type: 'plugin', name: 'Who', pluginName: 'Shell Command', pluginVersion: 3, commandName: 'Run Script' },
      ...{ properties: { ...properties, onError: 'stop' }, children: [] },
    };
    const rootActivity = { type: 'graph', name: 'g', children: [use], edges: [{ to: 'Who', type: 'ALWAYS' }] };
    await writeFile(join(folder, 'process.json'), JSON.stringify({ name: 'Who', properties: [], rootActivity }));
    for (const words of [
      ['plugin', 'install', join(root, 'examples/step-plugins/shell/3')],
      ['process', 'import', 'process.json'],
    ])
      execFileSync(globalThis.process.execPath, [program, ...words, '--data', 'filled'], {
        cwd: folder,
        stdio: 'pipe',
      });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  beforeEach(() => cp(join(folder, 'filled'), join(folder, 'data'), { recursive: true }));
  afterEach(async () => {
    await server?.stop();
    server = null;
    for (const name of ['data', 'data-agent']) await rm(join(folder, name), { recursive: true, force: true });
  });

  async function start(change: Partial<ServerConfig['agent']> = {}, host?: string): Promise<TestServer> {
    server = await startTestServer({ agent: change }, { data: join(folder, 'data'), ...(host && { host }) });
    token = server.token || token;
    process = (await ask('GET', '/api/processes')).body.items[0].id;
    return server;
  }
  const ask = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) =>
    server!.ask(method, path, body, token);
  const builtIn = async () => (await ask('GET', '/api/session')).body.builtInAgent;
  const request = async (): Promise<string> => (await ask('POST', '/api/runs', { process })).body.id;
  const show = async (id: string): Promise<RunDetail> => (await ask('GET', `/api/runs/${id}`)).body;
  async function until(id: string, holds: (run: RunDetail) => boolean): Promise<RunDetail> {
    for (;;) {
      const run = await show(id);
      if (holds(run)) return run;
      if (run.endedAt !== null) throw new Error(JSON.stringify(run));
      await new Promise((later) => setTimeout(later, 50));
    }
  }
  const succeeded = ({ state }: RunDetail): boolean => state === 'succeeded';

  it('works as the server’s user only while nobody but the first admin is there', async () => {
    const first = await start();
    expect(await builtIn()).toEqual({ state: 'as-the-server', reason: null });
    expect((await first.ask('GET', '/api/session', undefined, null)).body.builtInAgent).toBeNull();
    const before = await until(await request(), succeeded);
    const { text } = (await ask('GET', `/api/runs/${before.id}/steps/Who/log`)).body;
    expect(text).toMatch(/\nread it\n/);

    expect((await ask('POST', '/api/users', { name: 'ann', role: 'process-owner' })).status).toBe(201);
    // at once, not when somebody looks
    const id = await request();
    const waits = await until(id, ({ waits }) => waits !== null);
    expect(waits).toMatchObject({ state: 'running', waits: { steps: ['Who'], labels: [] } });
    expect(waits.stepList[0]).toMatchObject({ state: 'ready', agent: null });
    expect(await builtIn()).toEqual({ state: 'off', reason: 'other-users' });

    await ask('PATCH', '/api/users/ann', { disabled: true });
    await until(id, succeeded);
    expect(await builtIn()).toEqual({ state: 'as-the-server', reason: null });

    // a token that may run processes, and not everything, is somebody else too
    const { body: token } = await ask('POST', '/api/tokens', { label: 'ci', scopes: ['read', 'process-run'] });
    expect(await builtIn()).toEqual({ state: 'off', reason: 'other-users' });
    await ask('DELETE', `/api/tokens/${token.id}`);
    await ask('POST', '/api/tokens', { label: 'far', agent: 'far-1' });
    expect((await builtIn()).state).toBe('as-the-server');
  });

  it('is off from its start where there are users, and says so', async () => {
    await start();
    await ask('POST', '/api/users', { name: 'ann', role: 'viewer' });
    await server!.stop();
    await start();
    expect(server!.logged.join('')).toMatch(/built-in agent is off.*others than the first admin/);
  });

  it('is off where the server listens beyond this machine, and where it is not wanted', async () => {
    await start({}, '0.0.0.0');
    expect(await builtIn()).toEqual({ state: 'off', reason: 'listens-widely' });
    expect(server!.logged.join('')).toMatch(/built-in agent is off.*listens beyond this machine/);
    expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '::', '192.0.2.1', '127.0.0.1.example.org', ''].some(isLoopback)).toBe(false);
    await server!.stop();
    await start({ builtIn: false });
    expect(await builtIn()).toEqual({ state: 'off', reason: 'not-wanted' });
  });

  it('is off where the machine has no such user', async () => {
    await start({ user: 'nobody-of-that-name' });
    expect(await builtIn()).toEqual({ state: 'off', reason: 'no-such-user' });
  });

  it('keeps the data folder and the database to the server’s user', async () => {
    await start();
    expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700);
    for (const name of ['lockstep.db', 'lockstep.db-wal', 'run.key']) {
      if (name === 'run.key') await until(await request(), succeeded);
      const mode = await stat(join(folder, 'data', name)).then(
        ({ mode }) => mode & 0o077,
        () => 0,
      );
      expect(mode, name).toBe(0);
    }
  });

  const isRoot = globalThis.process.getuid?.() === 0;
  it.skipIf(!isRoot)(
    'runs steps as agent.user, who cannot read the data folder, with users too (skipped: only root can start it so)',
    async () => {
      globalThis.process.env['BUILT_IN_SECRET'] = 'of the server';
      try {
        await start({ user: 'nobody' });
      } finally {
        delete globalThis.process.env['BUILT_IN_SECRET'];
      }
      await ask('POST', '/api/users', { name: 'ann', role: 'process-owner' });
      expect(await builtIn()).toEqual({ state: 'as-a-user', reason: null });
      const { body: agents } = await ask('GET', '/api/agents');
      const run = await until(await request(), succeeded);
      expect(run.stepList[0]!.agent).toMatch(/^built-in@.*-nobody-/);
      const log = (await ask('GET', `/api/runs/${run.id}/steps/Who/log`)).body.text;
      expect(log).toBe('nobody\n\n');
      expect(agents.length).toBeLessThanOrEqual(1);
      // it goes with its server
      const home = join(folder, 'data-agent');
      expect((await stat(home)).mode & 0o777).toBe(0o700);
      await server!.stop();
      expect(() => execFileSync('pgrep', ['-u', 'nobody', '-f', home])).toThrow();
    },
  );
});
