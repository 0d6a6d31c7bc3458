import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { channelSigner, folderStorage, initTrust, storedRepository } from '../../repository/index.ts';
import { samplePackage } from '../../repository/testing/sample-packages.ts';
import { startTestServer } from '../../server/testing/start-test-server.ts';
import { keepSigned } from './renewed-signatures.ts';

const day = 24 * 60 * 60 * 1000;
let base: string;
let channels: string;
let keys: string;

async function timestampVersion(): Promise<number> {
  const text = await readFile(join(channels, 'plugins/1/stable/metadata/timestamp.json'), 'utf8');
  return JSON.parse(text).signed.version;
}

/** A signed channel that nobody published to for so many days. */
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'lockstep-renewed-'));
  [channels, keys] = [join(base, 'channels'), join(base, 'keys')];
  const now = () => new Date(Date.now() - 5 * day);
  await initTrust(folderStorage(channels), { keys, now });
  const repository = storedRepository(folderStorage(channels), { signer: channelSigner({ keys, now }), now });
  await repository.publish('stable', { who: 'ada', packages: [await samplePackage({ id: 'a', version: '1.0' })] });
});
afterEach(() => rm(base, { recursive: true }));

describe('a server that holds the keys of its channels', () => {
  it('signs the timestamp again before it ends, with nobody’s help', async () => {
    expect(await timestampVersion()).toBe(1);
    const server = await startTestServer({ keys }, { repository: channels });
    await vi.waitFor(async () => expect(await timestampVersion()).toBe(2), { timeout: 30_000 });
    await server.stop();
    expect(server.logged.some((line) => line.includes('signature renewed'))).toBe(true);
  });

  it('does so as the weeks go by, once for each half of a term', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      let clock = Date.now();
      const told: string[] = [];
      const log = {
        info: (_: object, text: string) => void told.push(text),
        warn: (_: object, text: string) => void told.push(text),
      };
      const kept = keepSigned({ storage: folderStorage(channels), keys, log, now: () => new Date(clock) });
      await kept.looked();
      for (let days = 0; days < 7; days++) {
        clock += day;
        vi.advanceTimersByTime(3_600_000);
        await kept.looked();
      }
      await kept.stop();
      expect(told).toEqual(['signature renewed', 'signature renewed']);
      expect(await timestampVersion()).toBe(3);
    } finally {
      vi.useRealTimers();
    }
  });

  it('says what it cannot sign', async () => {
    await rm(join(keys, 'timestamp-1.pem'));
    const told: string[] = [];
    const log = { info: () => {}, warn: (_: object, text: string) => void told.push(text) };
    const kept = keepSigned({ storage: folderStorage(channels), keys, log });
    await kept.looked();
    await kept.stop();
    expect(told).toEqual([
      'a signature that comes to its end could not be renewed',
      expect.stringMatching(/^The timestamp of "stable" ends in 1 day .*repository sign/),
    ]);
  });

  it('tells from 60 days before, once a day, that the root ends, also where it holds no keys', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      let clock = Date.now() + 350 * day;
      const told: string[] = [];
      let roots: number[] = [];
      const kept = keepSigned({
        storage: folderStorage(channels),
        keys: null,
        log: { info: () => {}, warn: (_, text) => void told.push(text) },
        now: () => new Date(clock),
        onTerms: (terms) => {
          roots = terms.flatMap(({ role, days }) => (role === 'root' ? [days] : []));
        },
      });
      await kept.looked();
      for (const later of [0, 1]) {
        clock += later * day;
        vi.advanceTimersByTime(3_600_000);
        await kept.looked();
      }
      await kept.stop();
      const ofRoot = told.filter((text) => text.includes('root'));
      expect(ofRoot).toEqual([
        expect.stringContaining('keys rotate root'),
        expect.stringContaining('keys rotate root'),
      ]);
      expect(roots).toEqual([8]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('gives the days that are left as a metric', async () => {
    const server = await startTestServer({ keys }, { repository: channels });
    await vi.waitFor(
      async () => {
        const metrics = String((await server.ask('GET', '/metrics')).body);
        expect(metrics).toMatch(/lockstep_signature_days\{channel="",role="root"\} 359\.\d+/);
        expect(metrics).toMatch(/lockstep_signature_days\{channel="stable",role="timestamp"\} 6\.\d+/);
      },
      { timeout: 30_000 },
    );
    await server.stop();
  });
});
