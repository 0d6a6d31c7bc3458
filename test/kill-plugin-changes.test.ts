import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { killPluginWorker } from './long/plugin-chaos.ts';
import { killServer } from './long/server-chaos.ts';

it('[DO-3] a server killed while it installs, upgrades, reloads, takes back and uninstalls starts again, each plugin being the old or the new one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-kill-'));
  try {
    const report = await killPluginWorker({ folder, kills: 4, seed: 7 });
    expect(report.faults).toEqual([]);
    expect(Object.keys(report.finished).length).toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 180_000);

it('[DO-3] a real server process, killed while its API is used, starts again with plugins and processes that match', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-kill-'));
  try {
    const report = await killServer({ folder, kills: 3 });
    expect(report.faults).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 180_000);
