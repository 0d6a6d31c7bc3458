import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { soak } from './long/soak.ts';

let folder: string | undefined;
afterAll(async () => {
  if (folder) await rm(folder, { recursive: true, force: true });
});

describe('a server under a mixed load (ten seconds of `npm run soak`)', () => {
  it('answers everything on every interface, and keeps no handle', async () => {
    folder = await mkdtemp(join(tmpdir(), 'lockstep-soak-'));
    const seconds = Number(process.env['LOCKSTEP_SOAK_SECONDS'] ?? 10);
    const result = await soak({ folder, seconds, clients: 4 });
    expect(result.unexplained).toEqual([]);
    const interfaces = [
      'POST /api/plans/:id/apply',
      'POST /0.2/pg_mgr/reload',
      'POST /rest/process/request',
      'POST /api/agent/claim',
    ];
    expect(Object.keys(result.coverage.asked)).toEqual(expect.arrayContaining(interfaces));
    expect(result.requests).toBeGreaterThan(50);
    expect(result.handles.late).toBeLessThan(result.handles.early + 15);
  }, 240_000);
});
