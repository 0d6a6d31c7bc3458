import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataFolder } from '../src/store/index.ts';
import { testFolder, writeFiles } from './journey/folder.ts';
import { oneProcess } from './journey/one-process.ts';
import { genericProcess, pluginXml, upgradeXml, useJson } from './journey/step-plugin.ts';

const { run: lockstep, succeed } = oneProcess();

/** Six processes at version 1, two of them labelled `pilot`; version 2 is installed and planned as plan 1. */
async function planned(): Promise<{ data: string; at: readonly string[] }> {
  const folder = await testFolder({});
  const data = join(folder, 'data');
  const at = ['--data', data];
  const use = useJson({ activity: 'A', step: 'Step', version: 1 });
  await mkdir(join(folder, '1'), { recursive: true });
  await writeFiles(folder, {
    '1/plugin.xml': pluginXml(1, [{ name: 'Step' }]),
    '2/plugin.xml': pluginXml(2, [{ name: 'Stride' }]),
    '2/upgrade.xml': upgradeXml('<migrate to-version="2"><migrate-command name="Stride" old="Step"/></migrate>'),
    'all.json': JSON.stringify(['P1', 'P2', 'P3', 'P4', 'P5', 'P6'].map((name) => genericProcess(name, [use]))),
  });
  await succeed(['plugin', 'install', join(folder, '1'), ...at]);
  await succeed(['process', 'import', join(folder, 'all.json'), ...at]);
  await succeed(['plugin', 'install', join(folder, '2'), ...at]);
  for (const name of ['P1', 'P2']) await succeed(['process', 'label', name, 'pilot', ...at]);
  await succeed(['upgrade', 'plan', 'org.example.journey', ...at]);
  return { data, at };
}

/** Runs of a process that have ended, as the engine leaves them in the database. */
async function endedRuns(data: string, process: string, statuses: readonly ('success' | 'failure')[]): Promise<void> {
  const folder = await openDataFolder(data, { write: true });
  const { id, version } = await folder.store.db
    .selectFrom('process')
    .select(['id', 'version'])
    .where('name', '=', process)
    .executeTakeFirstOrThrow();
  const now = new Date().toISOString();
  for (const [index, status] of statuses.entries()) {
    await folder.store.db
      .insertInto('run')
      .values({
        ...{ run_id: `${process}-${index}`, process_id: id, process_name: process, process_version: version },
        ...{ status, requested_by: 'ann', requested_at: now, ended_at: now, labels: '[]', revision: 1, events: 0 },
        ...{ steps: 1, steps_done: 1, asking: 0, cancelling: 0, reason: null, state: '{}' },
      } as never)
      .execute();
  }
  await folder.close();
}

describe('an upgrade in waves', () => {
  it('carries the labelled part over first, tells how it went, and then the rest', async () => {
    const { at } = await planned();
    const first = JSON.parse(
      (await succeed(['upgrade', 'apply', '1', '--wave', 'pilot', '--yes', '--json', ...at])).stdout,
    );
    expect(first).toMatchObject({ applied: 2, remaining: 4, stopped: null });
    const waves = JSON.parse((await succeed(['upgrade', 'waves', '1', '--json', ...at])).stdout);
    expect(waves).toMatchObject([
      { wave: 'pilot', processes: { applied: 2, pending: 0 } },
      { wave: null, processes: { applied: 0, pending: 4 } },
    ]);
    const rest = JSON.parse((await succeed(['upgrade', 'apply', '1', '--yes', '--json', ...at])).stdout);
    expect(rest).toMatchObject({ applied: 4, remaining: 0, plan: { state: 'applied' } });
  });

  it('does not go on by itself where too many runs of the wave before have failed, and does when told to', async () => {
    const { data, at } = await planned();
    await succeed(['upgrade', 'apply', '1', '--wave', 'pilot', '--stop-above', '5%', '--yes', ...at]);
    await endedRuns(data, 'P1', ['success', 'success', 'failure']);
    const held = await lockstep(['upgrade', 'apply', '1', '--stop-above', '5%', '--yes', '--json', ...at]);
    expect(held.code).toBe(4);
    expect(JSON.parse(held.stdout)).toMatchObject({
      applied: 0,
      remaining: 4,
      stopped: { of: 'runs', failed: 1, total: 3 },
    });
    const waves = await succeed(['upgrade', 'waves', '1', ...at]);
    expect(waves.stdout).toMatch(/^pilot +2 +0 +0 +0 +0 +3 +1$/m);
    const wrong = await lockstep(['upgrade', 'apply', '1', '--stop-above', 'some', '--yes', ...at]);
    expect(wrong.code).toBe(2);
    await succeed(['upgrade', 'apply', '1', '--stop-above', '0.5', '--yes', ...at]);
    expect(
      (await succeed(['process', 'list', '--version', '1', '--plugin', 'org.example.journey', '--json', ...at])).stdout,
    ).not.toContain('"P6"');
  });
});
