import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFolder, writePackage } from '../package/index.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';

const plugin = 'test-phone';
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const info = (version: string) =>
  JSON.stringify({
    version,
    description: `The description of ${version}.`,
    capabilities: { [`Test, Phone, ${version}`]: { lines: 1, protocol: 'sip', type: 'deskphone' } },
  });

describe('a plugin that is reloaded while it is read', () => {
  it('answers every request, each from one state, never from a mixture', async () => {
    const source = await readFolder(fileURLToPath(new URL('../../examples/fleet-tools/1', import.meta.url)), {
      root: plugin,
    });
    const tree = {
      ...source,
      entries: [{ path: 'plugin-info', kind: 'file' as const, mode: 0o644, bytes: Buffer.from(info('1.0')) }],
    };
    const form = new FormData();
    form.set('file', new Blob([Buffer.from(await writePackage(tree, 'tar.bz2'))]), 'test-phone-1.0.tar.bz2');
    const installed = await server.ended((await server.ask('POST', '/api/plugins/upload', form)).body);
    expect(installed.reason).toBe(null);
    const file = join(server.folder, 'data/plugins', plugin, 'plugin-info');

    let reloading = true;
    const mixtures: unknown[] = [];
    let answers = 0;
    const read = async (
      path: string,
      look: (body: never) => { version: string; description: string; capabilities: object },
    ) => {
      while (reloading) {
        const { status, body } = await server.ask('GET', path);
        const seen = status === 200 ? look(body as never) : null;
        const whole =
          seen?.description === `The description of ${seen?.version}.` &&
          Object.keys(seen.capabilities)[0] === `Test, Phone, ${seen.version}`;
        if (!whole) mixtures.push({ status, body });
        answers += 1;
      }
    };
    const provd = async (): Promise<void> => {
      while (reloading) {
        const answer = await fetch(new URL(`/0.2/pg_mgr/plugins/${plugin}/info`, server.url), {
          headers: { 'x-auth-token': server.token },
        });
        const { plugin_info: seen } = (await answer.json()) as {
          plugin_info: { version: string; description: string };
        };
        if (seen.description !== `The description of ${seen.version}.`) mixtures.push(seen);
        answers += 1;
      }
    };
    const readers = [
      ...Array.from({ length: 2 }, () => read(`/api/plugins/${plugin}`, ({ info: found }: never) => found)),
      provd(),
      provd(),
    ];
    for (let turn = 1; turn <= 12; turn += 1) {
      await writeFile(file, info(`1.${turn}`));
      const reloaded = await server.ended((await server.ask('POST', `/api/plugins/${plugin}/reload`)).body);
      expect(reloaded.result).toMatchObject({ version: `1.${turn}`, changed: true });
    }
    reloading = false;
    await Promise.all(readers);
    expect(mixtures).toEqual([]);
    expect(answers).toBeGreaterThan(20);
    expect(await readFile(file, 'utf8')).toBe(info('1.12'));
  });
});
