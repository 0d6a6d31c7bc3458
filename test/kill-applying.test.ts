import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { killApplying } from './long/kill-applying.ts';

it('kill -9 at random instants of an apply leaves each process wholly old or wholly new, and resuming finishes [DO-3]', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-kill-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { found, faults } = await killApplying({
    folder: join(folder, 'data'),
    processes: 1500,
    kills: 4,
    chunkSize: 40,
  });
  expect(faults).toEqual([]);
  expect(found).toHaveLength(4);
  // at least one kill hit while there was work on both sides
  expect(found.some(({ old, done }) => old > 0 && done > 0)).toBe(true);
});
