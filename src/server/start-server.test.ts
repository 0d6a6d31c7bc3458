import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { expect, it, vi } from 'vitest';
import { Accounts } from '../service/accounts/accounts.ts';
import { readConfig } from '../service/settings/read-config.ts';
import { listen } from './http/listen.ts';
import { startServer } from './start-server.ts';
import { startTestServer } from './testing/start-test-server.ts';

it('a server that could not listen has given nobody its first token: the next start shows it, and only that one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-start-'));
  const inTheWay = Fastify();
  try {
    const { port } = new URL(await listen(inTheWay, { host: '127.0.0.1', port: 0 }));
    const start = async (flags: { port: number }) =>
      startServer(
        await readConfig({ file: null, env: {}, flags: { data: join(folder, 'data'), ...flags }, cwd: folder }),
        { logTo: { write: () => {} } },
      );
    await expect(start({ port: Number(port) })).rejects.toMatchObject({ code: 'config-not-valid' });
    const first = await start({ port: 0 });
    expect(first.firstToken).toMatch(/^lockstep_/);
    await first.stop();
    const second = await start({ port: 0 });
    expect(second.firstToken).toBe(null);
    await second.stop();
  } finally {
    await inTheWay.close();
    await rm(folder, { recursive: true, force: true });
  }
});

it('a server that fails after it began to listen lets go of its port and of its data', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-start-'));
  const failing = vi.spyOn(Accounts.prototype, 'setUp').mockRejectedValueOnce(new Error('no room for an admin'));
  const free = Fastify();
  try {
    const { port } = new URL(await listen(free, { host: '127.0.0.1', port: 0 }));
    await free.close();
    const flags = { data: join(folder, 'data'), port: Number(port) };
    const config = await readConfig({ file: null, env: {}, flags, cwd: folder });
    const start = () => startServer(config, { logTo: { write: () => {} } });
    await expect(start()).rejects.toThrow('no room for an admin');
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
    expect(failing).toHaveBeenCalledOnce();
    await (await start()).stop();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('a server that is told to stop says so at once and goes on answering for its grace', async () => {
  const server = await startTestServer({ listen: { host: '127.0.0.1', port: 0, url: null, proxies: [], grace: 2 } });
  expect((await server.ask('GET', '/readyz')).status).toBe(200);
  const stopped = server.stop();
  const { status, body } = await server.ask('GET', '/readyz');
  expect([status, body.status]).toEqual([503, 'stopping']);
  expect((await server.ask('GET', '/api/session')).status).toBe(200);
  expect((await server.ask('GET', '/healthz')).status).toBe(200);
  await stopped;
  await expect(server.ask('GET', '/healthz')).rejects.toThrow();
});
