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

const perSecond = 50;
/** Reloads, and as many more as it takes until so many requests were sent. */
const turns = 12;
const atLeast = 100;

interface Seen {
  readonly version: string;
  readonly description: string;
  readonly capabilities: object;
}

/** Everything in it is of one version. */
function isWhole({ version, description, capabilities }: Seen): boolean {
  return description === `The description of ${version}.` && Object.keys(capabilities)[0] === `Test, Phone, ${version}`;
}

const info = (version: string) =>
  JSON.stringify({
    version,
    description: `The description of ${version}.`,
    capabilities: { [`Test, Phone, ${version}`]: { lines: 1, protocol: 'sip', type: 'deskphone' } },
  });

describe('a plugin that is reloaded while fifty requests a second read it', () => {
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
    let last = 0;

    const readings: Promise<void>[] = [];
    const faults: unknown[] = [];
    const answered = { api: 0, provd: 0 };
    const readApi = async (): Promise<void> => {
      const { status, body } = await server.ask('GET', `/api/plugins/${plugin}`);
      answered.api += 1;
      if (status !== 200 || !isWhole(body.info)) faults.push({ status, body });
    };
    const readProvd = async (): Promise<void> => {
      const answer = await fetch(new URL(`/0.2/pg_mgr/plugins/${plugin}/info`, server.url), {
        headers: { 'x-auth-token': server.token },
      });
      const body = (await answer.json()) as { plugin_info: Seen };
      answered.provd += 1;
      if (answer.status !== 200 || !isWhole(body.plugin_info)) faults.push({ status: answer.status, body });
    };

    // fifty a second, each sent when it is due, whether those before are answered or not
    const began = performance.now();
    const timer = setInterval(() => {
      while (readings.length < ((performance.now() - began) / 1000) * perSecond) {
        const read = readings.length % 2 === 0 ? readApi : readProvd;
        readings.push(read().catch((error: unknown) => void faults.push(error)));
      }
    }, 1000 / perSecond);
    try {
      for (let turn = 1; turn <= turns || readings.length < atLeast; turn += 1) {
        last = turn;
        await writeFile(file, info(`1.${turn}`));
        const reloaded = await server.ended((await server.ask('POST', `/api/plugins/${plugin}/reload`)).body);
        expect(reloaded.result).toMatchObject({ version: `1.${turn}`, changed: true });
      }
    } finally {
      clearInterval(timer);
    }
    await Promise.all(readings);
    expect(faults).toEqual([]);
    expect(answered.api + answered.provd).toBe(readings.length);
    expect(await readFile(file, 'utf8')).toBe(info(`1.${last}`));
  });
});
