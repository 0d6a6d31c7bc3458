import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderStorage } from '../../repository/folder-storage.ts';
import { initTrust } from '../../repository/index.ts';
import { startTestServer, type TestServer } from '../../server/testing/start-test-server.ts';
import type { ServerConfig } from '../settings/config.ts';
import { examineSecurity } from './examine-security.ts';

let server: TestServer;
let keys: string;
const now = new Date();

beforeAll(async () => {
  server = await startTestServer();
  keys = join(server.folder, 'keys');
  await mkdir(keys, { mode: 0o700 });
  await server.ask('PATCH', '/api/users/admin', { password: 'a password of admin' });
});
afterAll(() => server.stop());

const look = async (change: Partial<ServerConfig> = {}, at = now) => {
  const { problems } = await examineSecurity({ config: { ...server.services.config, ...change }, now: at });
  return problems;
};
const codes = async (change: Partial<ServerConfig> = {}) =>
  (await look(change))
    .filter(({ code }) => code !== 'built-in-agent')
    .map(({ code, severity }) => `${severity} ${code}`);

describe('doctor --security', () => {
  it('finds nothing where nothing is open', async () => {
    expect(await codes()).toEqual([]);
  });

  it('names a data folder and its database that others may read, and what closes them', async () => {
    const data = join(server.folder, 'data');
    const places = [data, join(data, 'lockstep.db')];
    for (const place of places) await chmod(place, 0o755);
    const found = (await look()).filter(({ code }) => code === 'data-not-private');
    expect(found.map(({ hint }) => hint)).toEqual([`chmod 700 ${data}`, `chmod 600 ${places[1]}`]);
    await chmod(data, 0o700);
    for (const place of places.slice(1)) await chmod(place, 0o600);
    expect(await codes()).toEqual([]);
  });

  it('names keys that everybody may read as a fault, and those of a group as a warning', async () => {
    const keyFile = join(server.folder, 'run-key');
    await writeFile(keyFile, Buffer.alloc(32), { mode: 0o640 });
    await writeFile(join(keys, 'root.json'), '{}', { mode: 0o644 });
    await chmod(join(keys, 'root.json'), 0o644);
    const { runs } = server.services.config;
    const found = await look({ keys, runs: { ...runs, keyFile } });
    expect(found.filter(({ code }) => code === 'key-not-private')).toMatchObject([
      { severity: 'warning', message: expect.stringContaining(keyFile) },
      { severity: 'error', message: expect.stringContaining('root.json') },
    ]);
    await chmod(join(keys, 'root.json'), 0o600);
    expect(await codes({ keys })).toEqual([]);
  });

  it('names admins without a password, and tokens without end, but not those that count no more', async () => {
    await server.ask('POST', '/api/users', { name: 'ada', role: 'admin' });
    await server.ask('POST', '/api/tokens', { label: 'for ever', user: 'ada', days: null });
    const found = await look();
    expect(found.find(({ code }) => code === 'admin-without-password')?.message).toContain('ada');
    expect(found.find(({ code }) => code === 'token-without-end')?.message).toMatch(/"for ever" of ada .*may all/);
    await server.ask('PATCH', '/api/users/ada', { disabled: true });
    expect(await codes()).toEqual([]);
  });

  it('names what listens beyond this machine without https, open figures, public histories, and passwords by Basic', async () => {
    const { listen } = server.services.config;
    const wide = { ...listen, host: '0.0.0.0' };
    expect(await codes({ listen: wide })).toEqual(['error plain-http']);
    expect(await codes({ listen: { ...wide, url: 'https://tools.example.org/' } })).toEqual([]);
    expect(await codes({ metrics: { host: '0.0.0.0', port: 9667 } })).toEqual(['warning metrics-open']);
    expect(await codes({ metrics: { host: '127.0.0.1', port: 9667 } })).toEqual([]);
    expect(await codes({ publicHistory: true, basicPasswords: true })).toEqual([
      'notice history-public',
      'notice basic-passwords',
    ]);
  });

  it('names a root that ends soon and one that has ended, and records that tell names to everybody', async () => {
    const repository = join(server.folder, 'signed');
    await initTrust(folderStorage(repository), { keys: join(server.folder, 'signing'), now: () => now });
    const later = (days: number) => new Date(now.getTime() + days * 86_400_000);
    const at = async (when: Date) => (await look({ repository }, when)).map(({ code }) => code);
    expect(await at(now)).not.toContain('signature-ends-soon');
    expect(await at(later(340))).toContain('signature-ends-soon');
    expect(await at(later(400))).toContain('signature-expired');
    const history = join(repository, 'plugins/1/testing/history');
    await mkdir(history, { recursive: true });
    await writeFile(join(history, '00000001.json'), JSON.stringify({ generation: 1, who: 'Mallory', changes: [] }));
    expect(await at(now)).toContain('history-public');
  });

  it('is asked of a server by whoever may change its settings', async () => {
    const { status, body } = await server.ask('GET', '/api/doctor/security');
    expect([status, body.data]).toEqual([200, join(server.folder, 'data')]);
    const { body: viewer } = await server.ask('POST', '/api/tokens', { label: 'reader', scopes: ['read'] });
    expect((await server.ask('GET', '/api/doctor/security', undefined, viewer.secret)).status).toBe(403);
  });

  it('does not take a folder that is not there for one in which all is well', async () => {
    await expect(look({ data: join(server.folder, 'none') })).rejects.toMatchObject({ code: 'file-not-found' });
  });
});
