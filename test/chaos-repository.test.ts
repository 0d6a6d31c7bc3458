import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { channelSigner, folderStorage, storedRepository } from '../src/repository/index.ts';
import { chaosRepository, startWorker } from './long/chaos-repository.ts';

describe('publishing (the long form is npm run chaos:repository)', () => {
  it.each([
    ['an unsigned', false],
    ['a signed', true],
  ])('shows %s channel’s readers a whole offer, whenever a publisher is killed', async (_name, signed) => {
    const report = await chaosRepository({ rounds: 6, signed });
    expect(report.kills + report.survived).toBe(6);
    expect(report.reads).toBeGreaterThan(0);
  });

  it('loses nothing when two processes publish and promote at once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lockstep-two-'));
    const workers = ['p', 'q'].map((prefix) => startWorker(folder, '', prefix, 1, 4));
    onTestFinished(async () => {
      for (const worker of workers) worker.kill('SIGKILL');
      await rm(folder, { recursive: true });
    });
    const exits = await Promise.all(workers.map((worker) => once(worker, 'exit')));
    expect(exits.map(([code]) => code)).toEqual([0, 0]);
    const repository = storedRepository(folderStorage(folder), { signer: channelSigner({ keys: null }) });
    for (const channel of ['testing', 'stable']) {
      const { index } = await repository.readOffer(channel);
      expect([...index.values()].map(({ id, version }) => `${id} ${version}`)).toEqual([
        'pa 4',
        'pb 4',
        'pc 4',
        'qa 4',
        'qb 4',
        'qc 4',
      ]);
      expect(await repository.history(channel)).toHaveLength(8);
      expect((await repository.verify(channel)).problems).toEqual([]);
    }
  });
});
