import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serversChaos } from './long/servers-chaos.ts';
import { type RunningPostgres, startPostgres } from './start-postgres.ts';

let postgres: RunningPostgres;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-chaos-'));
  postgres = await startPostgres();
}, 60_000);
afterAll(async () => {
  await postgres?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

describe('three servers on one PostgreSQL (the short version of `npm run chaos`)', () => {
  it('[DO-3] [DO-4] one killed with -9 while people edit: every process once, no edit lost, all reported, resumed by itself', async () => {
    const { cluster, port } = postgres;
    const result = await serversChaos({
      ...{ folder, cluster, port, disaster: 'kill' },
      processes: 2000,
      editors: 40,
    });
    expect(result.struck).toBeGreaterThan(0);
    expect(result).toMatchObject({
      upgradedOnce: 2000,
      upgradedTwice: 0,
      lost: 0,
      edits: 40,
      editsLost: 0,
      faults: [],
    });
    expect(result.reported).toBe(result.editedBefore);
  }, 180_000);
});
